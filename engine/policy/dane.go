package policy

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Pin is a TLSA record that says which certificate a service shows (RFC 6698 section 2).
type Pin struct {
	Host                      string // canonical
	Port                      uint16
	Usage, Selector, Matching int
	Data                      string // hexadecimal
}

// Shown is a chain that a service has shown, leaf first.
type Shown struct {
	At       engine.Endpoint
	Protocol string
	Chain    []Fingerprints
}

// Fingerprints are hashes by SHA-256 in hexadecimal.
type Fingerprints struct{ Certificate, Key string }

func brokenPin() engine.Rule {
	return engine.Rule{
		ID: "dns.dane-mismatch", Title: "Certificate is none of those that the DNS names", Severity: engine.Medium, CWE: []string{"CWE-295"},
		Description: "TLSA records tie certificates to the service, and the service shows another one.",
		Impact:      "Those who look at the records, as many mail servers do, refuse the connection: mail stays away.",
		Remedy:      "Publish the record of a new key before the key is used, and remove the old one after its time to live is over.",
		Judged: "The TLSA records of the names of a scan are compared with the certificates that the same scan saw there. Records " +
			"that are no hash by SHA-256 are not compared.",
		References: []string{"https://www.rfc-editor.org/rfc/rfc6698", "https://www.rfc-editor.org/rfc/rfc7671#section-8.1"}, Tags: []string{"dns", "mail", "tls", "certificate"},
	}
}

// Unpinned gives a finding for each place that shows a certificate which is none of those
// that the DNS names for its service.
func Unpinned(pins []Pin, shown []Shown) (findings []engine.Finding) {
	told := map[string]bool{}
	for _, s := range shown {
		about := slices.DeleteFunc(slices.Clone(pins), func(p Pin) bool { return p.Host != canonicalHost(s.At) || p.Port != s.At.Port })
		if len(about) == 0 || len(s.Chain) == 0 || slices.ContainsFunc(about, func(p Pin) bool { return p.holds(s.Chain) }) {
			continue
		}
		if f := unpinned(about, s); !told[f.Fingerprint] {
			told[f.Fingerprint] = true
			findings = append(findings, f)
		}
	}
	return findings
}

func canonicalHost(at engine.Endpoint) string { return string(engine.Target(at.Host()).Canonical()) }

// holds reports whether the record is of a certificate of the chain, or cannot be compared.
// Usages 1 and 3 are about the leaf, 0 and 2 about an authority (RFC 6698 section 2.1.1).
func (p Pin) holds(chain []Fingerprints) bool {
	const sha256 = 1
	if p.Matching != sha256 || p.Selector > 1 {
		return true
	}
	if p.Usage == 1 || p.Usage == 3 {
		chain = chain[:1]
	}
	return slices.ContainsFunc(chain, func(f Fingerprints) bool {
		seen := f.Certificate
		if p.Selector == 1 {
			seen = f.Key
		}
		return seen != "" && strings.EqualFold(seen, p.Data)
	})
}

func unpinned(about []Pin, s Shown) engine.Finding {
	f := brokenPin().Finding()
	f.Fingerprint = engine.Fingerprint(f.Rule, s.At.Target, int(s.At.Port), s.Protocol, "")
	f.Target, f.Host, f.IP, f.Port, f.Transport, f.Protocol = s.At.Target, s.At.Host(), s.At.Addr.String(), int(s.At.Port), s.At.Transport, s.Protocol
	f.URI = s.Protocol + "://" + net.JoinHostPort(f.Host, strconv.Itoa(f.Port))
	lines := []string{fmt.Sprintf("shown: certificate %s, key %s", s.Chain[0].Certificate, s.Chain[0].Key)}
	for _, p := range about[:min(len(about), maxOthers)] {
		lines = append(lines, fmt.Sprintf("_%d._tcp.%s TLSA %d %d %d %s", p.Port, p.Host, p.Usage, p.Selector, p.Matching, p.Data))
	}
	f.Evidence = strings.Join(lines, "\n")
	return f
}
