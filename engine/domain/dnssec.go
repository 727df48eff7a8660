package domain

import (
	"context"
	"slices"

	"github.com/miekg/dns"
)

// DNSSEC is whether the signatures of the name's zone hold (RFC 4035), and how strong
// they are. That a record is not there is believed without proof; a proof that comes along
// must hold.
type DNSSEC struct {
	State      string `json:"state"`
	Reason     string `json:"reason,omitempty"` // why it is bogus
	Signed     bool   `json:"signed"`           // the zone has keys
	DS         bool   `json:"ds"`               // and its parent tells which
	Algorithms []int  `json:"algorithms,omitempty"`
	Bits       int    `json:"rsa_bits,omitempty"` // of the smallest RSA key
	Digests    []int  `json:"ds_digests,omitempty"`
	Iterations *int   `json:"nsec3_iterations,omitempty"`
}

// The states of a zone. One that is not known has none.
const (
	Secure   = "secure"
	Insecure = "insecure" // signed, but nobody above says so, or in a way that is not known
	Unsigned = "unsigned"
	Bogus    = "bogus" // those who check signatures cannot reach it
)

// verdict is what validation has found.
type verdict struct{ State, Reason string }

// learnSignatures validates the records of the name, and looks at the keys of its zone.
func (x *examination) learnSignatures(ctx context.Context) {
	zone := x.zoneOf(ctx, x.name)
	if zone == "" || zone == "." {
		return
	}
	v := x.zoneVerdict(ctx, zone)
	for _, kind := range []uint16{dns.TypeSOA, dns.TypeA, dns.TypeAAAA, dns.TypeMX, dns.TypeTXT} {
		if v.State == Secure {
			v = x.verdictOn(ctx, x.name, kind)
		}
	}
	keys, ds := x.ask(ctx, zone, dns.TypeDNSKEY), x.ask(ctx, zone, dns.TypeDS)
	if v.State == "" || keys.state == unknown || ds.state == unknown {
		return
	}
	d := &DNSSEC{State: v.State, Reason: v.Reason, Signed: keys.state == present, DS: ds.state == present}
	d.measure(keys, ds)
	d.Iterations = iterations(x.ask(ctx, zone, dns.TypeNSEC3PARAM))
	x.block.DNSSEC = d
}

// measure tells how strong keys are.
func (d *DNSSEC) measure(keys, ds answer) {
	for _, key := range dnskeys(keys) {
		d.Algorithms = append(d.Algorithms, int(key.Algorithm))
		if bits := rsaBits(key); bits > 0 && (d.Bits == 0 || bits < d.Bits) {
			d.Bits = bits
		}
	}
	for _, rr := range ds.records {
		if record, ok := rr.(*dns.DS); ok {
			d.Digests = append(d.Digests, int(record.DigestType))
		}
	}
	slices.Sort(d.Algorithms)
	slices.Sort(d.Digests)
	d.Algorithms, d.Digests = slices.Compact(d.Algorithms), slices.Compact(d.Digests)
}

func iterations(a answer) *int {
	parameters, ok := first[*dns.NSEC3PARAM](a)
	if !ok {
		return nil
	}
	n := int(parameters.Iterations)
	return &n
}

func dnskeys(a answer) []*dns.DNSKEY {
	var keys []*dns.DNSKEY
	for _, rr := range a.records {
		if key, ok := rr.(*dns.DNSKEY); ok && key.Flags&dns.ZONE != 0 && key.Protocol == 3 { // RFC 4034 section 2.1
			keys = append(keys, key)
		}
	}
	return keys
}
