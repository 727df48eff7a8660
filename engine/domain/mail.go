package domain

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// The members of [Block.Mail].
const (
	mailMX   = "mx"
	mailNull = "null" // it says that it takes no mail
	mailNone = "none"
)

// learnMail is about mail to the name and from it.
func (x *examination) learnMail(ctx context.Context) {
	x.learnHosts(ctx)
	inParallel(
		func() { x.block.TXT = clipped(x.ask(ctx, x.name, dns.TypeTXT).texts()) },
		func() { x.block.SPF = x.learnSPF(ctx) },
		func() { x.block.DMARC = x.learnDMARC(ctx) },
		func() { x.block.DKIM = x.learnDKIM(ctx) },
		func() { x.block.MTASTS = x.learnMTASTS(ctx) },
		func() { x.block.TLSRPT = x.learnTagged(ctx, "_smtp._tls", "TLSRPTv1", "rua") },
		func() { x.block.TLSA = x.learnTLSA(ctx) },
	)
}

func (x *examination) learnHosts(ctx context.Context) {
	a := x.ask(ctx, x.name, dns.TypeMX)
	var hosts []*dns.MX
	for _, rr := range a.some() {
		if mx, ok := rr.(*dns.MX); ok {
			hosts = append(hosts, mx)
		}
	}
	slices.SortStableFunc(hosts, func(a, b *dns.MX) int {
		return cmp.Or(cmp.Compare(a.Preference, b.Preference), strings.Compare(a.Mx, b.Mx))
	})
	switch {
	case len(hosts) == 1 && hosts[0].Mx == ".": // RFC 7505 section 3
		x.block.Mail = mailNull
		return
	case len(hosts) > 0:
		x.block.Mail = mailMX
	case a.state == absent:
		x.block.Mail = mailNone
	}
	for _, mx := range hosts {
		x.block.MX = append(x.block.MX, dotless(mx.Mx))
	}
}

// learnTagged looks for a record of tags below the name of which one must be there; nil
// if that is not known, or the name takes no mail.
func (x *examination) learnTagged(ctx context.Context, below, version, must string) *Tagged {
	if x.block.Mail != mailMX {
		return nil
	}
	a := x.ask(ctx, below+"."+x.name, dns.TypeTXT)
	if a.state == unknown {
		return nil
	}
	records := withVersion(a.texts(), version)
	if len(records) == 0 {
		return &Tagged{State: None}
	}
	t := &Tagged{State: Valid, Record: clip(records[0])}
	tags, err := readTags(records[0])
	switch {
	case len(records) > 1: // RFC 8461 section 3.1: as if there were none
		t.State, t.Error = Wrong, "there are several records"
	case err != nil:
		t.State, t.Error = Wrong, clip(err.Error())
	case tags.get(must) == "":
		t.State, t.Error = Wrong, "there is no tag "+must
	}
	return t
}
