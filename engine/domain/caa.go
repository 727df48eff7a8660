package domain

import (
	"context"
	"strings"

	"github.com/miekg/dns"
)

// CAA says who may issue certificates for the name (RFC 8659).
type CAA struct {
	State     string   `json:"state"`                    // "none" or "valid"
	Inherited string   `json:"inherited_from,omitempty"` // the name above that has the records
	Issue     []string `json:"issue,omitempty"`
	Wild      []string `json:"issuewild,omitempty"`
	Contact   []string `json:"iodef,omitempty"`
}

// learnIssuers climbs from the name until there are records (RFC 8659 section 3). Where a
// name is an alias, its target's count.
func (x *examination) learnIssuers(ctx context.Context) {
	for at := x.name; at != "" && at != "."; at = parentOf(at) {
		a := x.ask(ctx, at, dns.TypeCAA)
		if a.state == unknown {
			return
		}
		if a.state == present {
			x.block.CAA = readCAA(a)
			if at != x.name {
				x.block.CAA.Inherited = dotless(at)
			}
			return
		}
	}
	x.block.CAA = &CAA{State: None}
}

func readCAA(a answer) *CAA {
	c := &CAA{State: Valid}
	for _, rr := range a.some() {
		caa, ok := rr.(*dns.CAA)
		if !ok {
			continue
		}
		value := clip(caa.Value)
		switch strings.ToLower(caa.Tag) {
		case "issue":
			c.Issue = append(c.Issue, value)
		case "issuewild":
			c.Wild = append(c.Wild, value)
		case "iodef":
			c.Contact = append(c.Contact, value)
		}
	}
	return c
}
