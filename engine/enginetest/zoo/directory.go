package zoo

import (
	"bytes"
	"slices"
)

// directorySpecies are directories (RFC 4511): OpenLDAP open and closed, Active Directory,
// and one that says nothing in clear.
func directorySpecies() []Species {
	ldap := func(name, product string, d directory) Species {
		return Species{Name: name, Base: "ldap", Protocol: "ldap", Product: product, Port: 389, Serve: messages(2, func(head []byte) int {
			if head[0] != 0x30 || head[1] >= 0x80 && head[1] != 0x82 {
				return -1
			}
			return 2 + int(head[1]&0x7f)
		}, d.answer)}
	}
	open := directory{root: [][2]string{
		{"objectClass", "OpenLDAProotDSE"}, {"namingContexts", "dc=example,dc=org"}, {"supportedLDAPVersion", "3"}, {"supportedSASLMechanisms", "SCRAM-SHA-256"},
	}, open: true}
	closed := open
	closed.open = false
	active := directory{root: [][2]string{
		{"domainFunctionality", "7"}, {"defaultNamingContext", "DC=example,DC=org"}, {"dnsHostName", "dc01.example.org"}, {"supportedLDAPVersion", "3"}, {"supportedLDAPVersion", "2"},
	}}
	openldap := ldap("ldap-open", "openldap", open)
	return []Species{
		openldap, ldap("ldap-closed", "openldap", closed), ldap("ldap-active-directory", "active-directory", active),
		ldap("ldap-confidential", "", directory{}), secured(openldap, 636),
	}
}

// directory says how a directory is: the attributes of its root entry, if it has one for
// strangers, and whether entries below are readable.
type directory struct {
	root [][2]string
	open bool
}

// tlv is an element of BER with a length of up to 64 kB.
func tlv(tag byte, parts ...[]byte) []byte {
	content := slices.Concat(parts...)
	if len(content) < 0x80 {
		return append([]byte{tag, byte(len(content))}, content...)
	}
	return slices.Concat([]byte{tag, 0x82}, be16(len(content)), content)
}

// answer plays searches with ids below 128; all else is a protocol error (code 2).
func (d directory) answer(message []byte) []byte {
	if len(message) < 9 || message[2] != 2 || message[3] != 1 {
		return nil
	}
	id, operation := message[4], message[5]
	reply := func(operations ...[]byte) (data []byte) {
		for _, o := range operations {
			data = append(data, tlv(0x30, []byte{2, 1, id}, o)...)
		}
		return data
	}
	if operation != 0x63 {
		return reply(ldapResult(operation+1, 2, ""))
	}
	isRoot := bytes.HasPrefix(message[7:], []byte{4, 0}) || message[6] == 0x82 && bytes.HasPrefix(message[9:], []byte{4, 0})
	switch {
	case len(d.root) == 0:
		return reply(ldapResult(0x65, 13, "confidentiality required"))
	case isRoot:
		return reply(d.rootEntry(), ldapResult(0x65, 0, ""))
	case d.open:
		return reply(tlv(0x64, tlv(4, []byte("dc=example,dc=org")), tlv(0x30)), ldapResult(0x65, 0, ""))
	}
	return reply(ldapResult(0x65, 1, "000004DC: LdapErr: DSID-0C0907C2, comment: In order to perform this operation a successful bind must be completed"))
}

func (d directory) rootEntry() []byte {
	var attributes [][]byte
	for _, a := range d.root {
		attributes = append(attributes, tlv(0x30, tlv(4, []byte(a[0])), tlv(0x31, tlv(4, []byte(a[1])))))
	}
	return tlv(0x64, tlv(4), tlv(0x30, attributes...))
}

func ldapResult(tag, code byte, diagnostic string) []byte {
	return tlv(tag, []byte{10, 1, code}, tlv(4), tlv(4, []byte(diagnostic)))
}
