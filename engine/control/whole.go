package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// compared is the part of a document that is held against other documents of a scan.
type compared struct {
	IP       string                `json:"ip"`
	Port     uint16                `json:"port"`
	Prot4    string                `json:"prot4"`
	Protocol string                `json:"protocol"`
	Host     engine.Target         `json:"host"`
	Target   engine.ResponseTarget `json:"target"`

	SSH struct {
		Exchanged struct {
			HostKey struct {
				Fingerprint string `json:"fingerprint_sha256"`
			} `json:"server_host_key"`
		} `json:"key_exchange"`
	} `json:"ssh"`
	DNS struct {
		TLSA []tlsaRecord `json:"tlsa"`
	} `json:"dns"`
	Certificate *shownCertificate `json:"certificate"`
}

type tlsaRecord struct {
	Name     string `json:"name"` // "_25._tcp.mail.example.com"
	Usage    int    `json:"usage"`
	Selector int    `json:"selector"`
	Matching int    `json:"matching_type"`
	Data     string `json:"data"`
	Error    string `json:"error"`
}

type shownCertificate struct {
	Fingerprint string `json:"fingerprint_sha256"`
	Key         struct {
		Fingerprint string `json:"fingerprint_sha256"`
	} `json:"subject_key_info"`
	Chain []shownCertificate `json:"chain"`
}

// compare gives what the documents of a scan tell only together.
func compare(ctx context.Context, ix index.Index) ([]engine.Finding, error) {
	var keys []policy.HostKey
	var pins []policy.Pin
	err := each(ctx, ix, "ssh.key_exchange.server_host_key.fingerprint_sha256:* OR dns.tlsa.data:*", func(d compared) {
		if key := d.SSH.Exchanged.HostKey.Fingerprint; key != "" {
			keys = append(keys, policy.HostKey{Fingerprint: key, At: d.endpoint()})
		}
		pins = append(pins, d.pins()...)
	})
	if err != nil || len(pins) == 0 {
		return policy.SharedKeys(keys), err
	}
	var shown []policy.Shown
	err = each(ctx, ix, "certificate.fingerprint_sha256:*", func(d compared) {
		shown = append(shown, policy.Shown{At: d.endpoint(), Protocol: d.Protocol, Chain: d.Certificate.chain()})
	})
	return append(policy.SharedKeys(keys), policy.Unpinned(pins, shown)...), err
}

// each reads the documents that match.
func each(ctx context.Context, ix index.Index, text string, take func(compared)) error {
	q, err := query.Parse(text)
	if err != nil {
		return err
	}
	for document, err := range ix.Documents(ctx, q, 0) {
		if err != nil {
			return err
		}
		var d compared
		if err := json.Unmarshal(document.Data, &d); err != nil {
			return fmt.Errorf("read a document of the index: %w", err)
		}
		take(d)
	}
	return nil
}

// endpoint is where the document is from.
func (d *compared) endpoint() engine.Endpoint {
	addr, _ := netip.ParseAddr(d.IP) // none: the document is of a name
	e := engine.Endpoint{Addr: addr.Unmap(), Port: d.Port, Transport: d.Prot4, Target: engine.Target(d.Target.Domain)}
	if e.Target == "" {
		e.Target = engine.Target(d.Target.IP)
	}
	if string(d.Host) != d.IP {
		e.Name = string(d.Host)
	}
	return e
}

// pins are the records of TCP services that can be used.
func (d *compared) pins() (pins []policy.Pin) {
	for _, r := range d.DNS.TLSA {
		port, host, ok := strings.Cut(strings.TrimPrefix(r.Name, "_"), "._tcp.")
		number, err := strconv.ParseUint(port, 10, 16)
		if r.Error != "" || !ok || err != nil {
			continue
		}
		pins = append(pins, policy.Pin{Host: host, Port: uint16(number), Usage: r.Usage, Selector: r.Selector, Matching: r.Matching, Data: r.Data})
	}
	return pins
}

// chain is leaf first; none if there is no certificate.
func (c *shownCertificate) chain() (chain []policy.Fingerprints) {
	if c == nil {
		return nil
	}
	chain = append(chain, policy.Fingerprints{Certificate: c.Fingerprint, Key: c.Key.Fingerprint})
	for _, above := range c.Chain {
		chain = append(chain, policy.Fingerprints{Certificate: above.Fingerprint, Key: above.Key.Fingerprint})
	}
	return chain
}
