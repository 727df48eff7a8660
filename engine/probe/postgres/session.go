package postgres

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// method is a request for authentication, and the size of its message: the number
// alone, or with something behind it.
type method struct {
	name string
	size int
}

const (
	authOK   = 0
	authSASL = 10
)

// methods are the requests of the manual, "Message Formats", Authentication….
func methods() map[uint32]method {
	return map[uint32]method{
		authOK:   {"trust", 4},
		2:        {"kerberos5", 4},
		3:        {"password", 4},
		5:        {"md5", 8}, // with a salt
		6:        {"scm", 4},
		7:        {"gss", 4},
		9:        {"sspi", 4},
		authSASL: {"sasl", 0}, // with a list of mechanisms
	}
}

func (b *Block) readAuthentication(body []byte) bool {
	if len(body) < 4 {
		return false
	}
	number := binary.BigEndian.Uint32(body)
	method, ok := methods()[number]
	if !ok || method.size > 0 && len(body) != method.size {
		return false
	}
	b.AuthMethod, b.Trust, b.AuthRequired = method.name, number == authOK, number != authOK
	return number != authSASL || b.readMechanisms(body[4:])
}

// readMechanisms reads names that each end in a zero, and one more zero.
func (b *Block) readMechanisms(list []byte) bool {
	list, ok := bytes.CutSuffix(list, []byte{0, 0})
	if !ok || len(list) == 0 {
		return false
	}
	for name := range bytes.SplitSeq(list, []byte{0}) {
		b.Mechanisms = append(b.Mechanisms, probe.Text(name))
	}
	b.AuthMethod = strings.TrimSuffix(strings.ToLower(b.Mechanisms[0]), "-plus") // the same bound to TLS
	return true
}

// readParameters reads ParameterStatus messages until the server is ready for a query, or
// as far as they come.
func (b *Block) readParameters(r io.Reader) {
	b.Parameters = map[string]string{}
	for range maxMessages {
		m, err := readMessage(r)
		switch {
		case err != nil || m.kind == 'Z':
			return
		case m.kind == 'E':
			b.Error, _ = ReadFault(m.body) // the session may end for want of a database
			return
		case m.kind == 'S':
			name, value, _ := bytes.Cut(bytes.TrimSuffix(m.body, []byte{0}), []byte{0})
			b.Parameters[probe.Text(name)] = probe.Text(value)
		}
		b.Version = b.Parameters["server_version"]
	}
}
