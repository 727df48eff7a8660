package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// maxZones is how many zones of a name are asked for: itself and what it is below.
	maxZones = 3
	// maxRecords is how many records of a zone are counted; one message has some hundred.
	maxRecords   = 10_000
	transferWait = 3 * time.Second
)

var errNoTransfer = errors.New("the zone is not transferred")

// zonesOf gives the zones the endpoint's name may be in, its own first. A top-level domain
// is nobody's target.
func zonesOf(to engine.Endpoint) (zones []string) {
	name := to.Name
	if to.Target.Kind() == engine.TargetDomain {
		name = string(to.Target.Canonical())
	}
	for name = strings.TrimSuffix(name, "."); strings.Contains(name, ".") && len(zones) < maxZones; _, name, _ = strings.Cut(name, ".") {
		zones = append(zones, dns.Fqdn(name))
	}
	return zones
}

// transfer asks for the zones, each on its own connection, until one comes.
func (b *Block) transfer(ctx context.Context, d probe.Dialer, to engine.Endpoint, zones []string) {
	for _, zone := range zones {
		var records int
		err := probe.Converse(ctx, d, to, func(conn net.Conn) (err error) {
			records, err = transferZone(conn, zone)
			return err
		})
		if err == nil {
			b.Transfer, b.TransferZone, b.TransferRecords = true, strings.TrimSuffix(zone, "."), records
			return
		}
	}
}

// transferZone counts the records of a zone (RFC 5936 section 2.2). The first is the zone's
// SOA, and so is the last; a SOA alone is no transfer.
func transferZone(conn net.Conn, zone string) (records int, err error) {
	query := &dns.Msg{}
	query.SetAxfr(zone)
	m, err := overTCP(conn, query, transferWait)
	if err != nil {
		return 0, fmt.Errorf("transfer %s: %w", zone, err)
	}
	if !startsZone(m, zone) {
		return 0, errNoTransfer
	}
	for records < maxRecords {
		records += len(m.Answer)
		if isEnd(m.Answer, records) {
			break
		}
		if m, err = readTCP(conn, query); err != nil || m.Rcode != dns.RcodeSuccess {
			break
		}
	}
	if records < 3 { // SOA, NS, SOA: the least a zone has
		return 0, errNoTransfer
	}
	return min(records, maxRecords), nil
}

func startsZone(m *dns.Msg, zone string) bool {
	if m.Rcode != dns.RcodeSuccess || len(m.Answer) == 0 {
		return false
	}
	soa, ok := m.Answer[0].(*dns.SOA)
	return ok && strings.EqualFold(soa.Hdr.Name, zone)
}

// isEnd reports whether the last of the records that came is the closing SOA. A message
// without records ends it as well, so that nobody sends them for ever.
func isEnd(answer []dns.RR, records int) bool {
	if len(answer) == 0 {
		return true
	}
	_, ok := answer[len(answer)-1].(*dns.SOA)
	return ok && records > 1
}
