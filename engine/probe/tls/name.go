package tls

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Name is a distinguished name, member by member.
type Name struct {
	CommonName         []string `json:"common_name,omitempty"`
	Organization       []string `json:"organization,omitempty"`
	OrganizationalUnit []string `json:"organizational_unit,omitempty"`
	Country            []string `json:"country,omitempty"`
	Province           []string `json:"province,omitempty"`
	Locality           []string `json:"locality,omitempty"`
	StreetAddress      []string `json:"street_address,omitempty"`
	PostalCode         []string `json:"postal_code,omitempty"`
	SerialNumber       []string `json:"serial_number,omitempty"`
	DomainComponent    []string `json:"domain_component,omitempty"`
	EmailAddress       []string `json:"email_address,omitempty"`
	GivenName          []string `json:"given_name,omitempty"`
	Surname            []string `json:"surname,omitempty"`
	OrganizationID     []string `json:"organization_id,omitempty"`

	// Where the organisation is registered (CA/Browser Forum's EV Guidelines section 9.2.4).
	JurisdictionCountry  []string `json:"jurisdiction_country,omitempty"`
	JurisdictionProvince []string `json:"jurisdiction_province,omitempty"`
	JurisdictionLocality []string `json:"jurisdiction_locality,omitempty"`
}

// attribute is one kind of part of a name: its short form in text (OpenSSL's, which
// ZMap uses) and where it goes.
type attribute struct {
	short string
	place func(*Name) *[]string
}

// attributes are keyed by object identifier (RFC 5280 appendix A.1, RFC 4519).
func attributes() map[string]attribute {
	return map[string]attribute{
		"2.5.4.3":                    {"CN", func(n *Name) *[]string { return &n.CommonName }},
		"2.5.4.10":                   {"O", func(n *Name) *[]string { return &n.Organization }},
		"2.5.4.11":                   {"OU", func(n *Name) *[]string { return &n.OrganizationalUnit }},
		"2.5.4.6":                    {"C", func(n *Name) *[]string { return &n.Country }},
		"2.5.4.8":                    {"ST", func(n *Name) *[]string { return &n.Province }},
		"2.5.4.7":                    {"L", func(n *Name) *[]string { return &n.Locality }},
		"2.5.4.9":                    {"street", func(n *Name) *[]string { return &n.StreetAddress }},
		"2.5.4.17":                   {"postalCode", func(n *Name) *[]string { return &n.PostalCode }},
		"2.5.4.5":                    {"serialNumber", func(n *Name) *[]string { return &n.SerialNumber }},
		"0.9.2342.19200300.100.1.25": {"DC", func(n *Name) *[]string { return &n.DomainComponent }},
		"1.2.840.113549.1.9.1":       {"emailAddress", func(n *Name) *[]string { return &n.EmailAddress }},
		"2.5.4.42":                   {"GN", func(n *Name) *[]string { return &n.GivenName }},
		"2.5.4.4":                    {"SN", func(n *Name) *[]string { return &n.Surname }},
		"2.5.4.97":                   {"organizationIdentifier", func(n *Name) *[]string { return &n.OrganizationID }},
		"1.3.6.1.4.1.311.60.2.1.3":   {"jurisdictionCountry", func(n *Name) *[]string { return &n.JurisdictionCountry }},
		"1.3.6.1.4.1.311.60.2.1.2":   {"jurisdictionStateOrProvince", func(n *Name) *[]string { return &n.JurisdictionProvince }},
		"1.3.6.1.4.1.311.60.2.1.1":   {"jurisdictionLocality", func(n *Name) *[]string { return &n.JurisdictionLocality }},
	}
}

func newName(from pkix.Name) Name {
	var name Name
	known := attributes()
	for _, part := range from.Names {
		if a, ok := known[part.Type.String()]; ok {
			place := a.place(&name)
			*place = append(*place, valueOf(part))
		}
	}
	return name
}

// distinguishedName is "CN=…, O=…, C=US": the most specific part first.
func distinguishedName(from pkix.Name) string {
	known := attributes()
	parts := make([]string, 0, len(from.Names))
	for _, part := range slices.Backward(from.Names) {
		short := part.Type.String()
		if a, ok := known[short]; ok {
			short = a.short
		}
		parts = append(parts, short+"="+valueOf(part))
	}
	return strings.Join(parts, ", ")
}

func valueOf(part pkix.AttributeTypeAndValue) string {
	return probe.Text([]byte(fmt.Sprint(part.Value)))
}

// allNames lists what a certificate is for: its common name, if it could be a
// host's, and the alternative names, each once.
func allNames(c *x509.Certificate) []string {
	names := []string{}
	if strings.Contains(c.Subject.CommonName, ".") && !strings.Contains(c.Subject.CommonName, " ") {
		names = append(names, c.Subject.CommonName)
	}
	names = append(names, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	unique, seen := names[:0], map[string]bool{} // a handshake has room for 40,000 names: no search for each
	for _, name := range names {
		if !seen[name] {
			seen[name] = true
			unique = append(unique, name)
		}
	}
	return texts(unique)
}
