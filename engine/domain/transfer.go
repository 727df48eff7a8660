package domain

import (
	"context"
	"net/netip"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// maxTransfer is how many records of a zone are counted; one message has some hundred.
	maxTransfer = 10_000
	// leastTransfer is what the smallest zone has: SOA, NS, SOA. A SOA alone is no leak.
	leastTransfer = 3
)

// transfer asks a server for the whole zone (RFC 5936) and gives how many records come;
// 0 if it is not handed over.
func (x *examination) transfer(ctx context.Context, at netip.Addr) int {
	conn, err := x.connect(ctx, at, engine.TCP)
	if err != nil {
		return 0
	}
	defer conn.Close()
	ask := new(dns.Msg).SetAxfr(x.name)
	if conn.write(ask) != nil {
		return 0
	}
	records := 0
	for records < maxTransfer {
		reply, err := conn.read()
		if err != nil || reply.Id != ask.Id || reply.Rcode != dns.RcodeSuccess || len(reply.Answer) == 0 {
			break
		}
		if records == 0 && !startsZone(reply.Answer[0], x.name) {
			return 0
		}
		records += len(reply.Answer)
		if records > 1 && startsZone(reply.Answer[len(reply.Answer)-1], x.name) {
			break // as it began
		}
	}
	if records < leastTransfer {
		return 0
	}
	return min(records, maxTransfer)
}

func startsZone(rr dns.RR, zone string) bool {
	return rr.Header().Rrtype == dns.TypeSOA && dns.CanonicalName(rr.Header().Name) == zone
}
