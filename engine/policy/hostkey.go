package policy

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// HostKey is a key by which a Secure Shell server has proved itself.
type HostKey struct {
	Fingerprint string // SHA-256 in hexadecimal
	At          engine.Endpoint
}

func sharedHostKey() engine.Rule {
	return engine.Rule{
		ID: "ssh.duplicate-hostkey", Title: "SSH host key is that of other hosts too", Severity: engine.Medium, CWE: []string{"CWE-321"},
		Description: "In the same scan servers at several addresses proved themselves with the same key. Addresses of one name are " +
			"taken for one host, and so are one of IPv4 and one of IPv6.",
		Impact: "Whoever has the key of one of them, as from an image or a device that anybody can buy, can pretend to be any of them.",
		Remedy: "Remove the keys from images and templates, and let each host make its own when it starts for the first time. " +
			"If the addresses are of one host or of one service behind a balancer, suppress the finding with that reason.",
		Judged:     "The host keys of a whole scan are compared; no single response can tell.",
		References: []string{"https://man.openbsd.org/ssh-keygen", "https://factorable.net/"}, Tags: []string{"ssh", "cryptography"},
	}
}

// SharedKeys gives a finding for each place of which the key is that of another host too.
func SharedKeys(keys []HostKey) (findings []engine.Finding) {
	groups := map[string][]engine.Endpoint{}
	for _, k := range keys {
		groups[k.Fingerprint] = append(groups[k.Fingerprint], k.At)
	}
	for _, fingerprint := range slices.Sorted(maps.Keys(groups)) {
		group := groups[fingerprint]
		slices.SortFunc(group, func(a, b engine.Endpoint) int {
			return netip.AddrPortFrom(a.Addr, a.Port).Compare(netip.AddrPortFrom(b.Addr, b.Port))
		})
		for _, at := range group {
			if others := othersThan(at, group); len(others) > 0 {
				findings = append(findings, sharedKey(fingerprint, at, others))
			}
		}
	}
	return findings
}

// maxOthers is how many other places a finding names.
const maxOthers = 10

// othersThan gives the addresses of other hosts of a group, at most one more than are named.
func othersThan(at engine.Endpoint, group []engine.Endpoint) (others []string) {
	_, isAddress := at.Target.Prefix()
	for _, other := range group {
		isSameName := !isAddress && other.Target.Canonical() == at.Target.Canonical()
		if other.Addr == at.Addr || other.Addr.Is4() != at.Addr.Is4() || isSameName {
			continue
		}
		if addr := other.Addr.String(); !slices.Contains(others, addr) {
			others = append(others, addr)
		}
		if len(others) > maxOthers {
			break
		}
	}
	return others
}

func sharedKey(fingerprint string, at engine.Endpoint, others []string) engine.Finding {
	f := sharedHostKey().Finding()
	const protocol = "ssh"
	f.Fingerprint = engine.Fingerprint(f.Rule, at.Target, int(at.Port), protocol, "")
	f.Target, f.Host, f.IP, f.Port, f.Transport, f.Protocol = at.Target, at.Host(), at.Addr.String(), int(at.Port), at.Transport, protocol
	f.URI = protocol + "://" + netip.AddrPortFrom(at.Addr, at.Port).String()
	f.Evidence = fmt.Sprintf("host key SHA-256 %s, also of %s", fingerprint, strings.Join(others[:min(len(others), maxOthers)], ", "))
	if len(others) > maxOthers {
		f.Evidence += " and more"
	}
	return f
}
