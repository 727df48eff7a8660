package names

import (
	"crypto"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// world is all zones, by name.
type world struct {
	zones map[string]*keptZone
}

// keptZone is a zone as it is served.
type keptZone struct {
	Zone

	records map[string][]dns.RR // by owner
	key     *dns.DNSKEY         // nil if the zone is not signed
	private crypto.Signer
}

func newWorld(zones []Zone) (*world, error) {
	w := &world{zones: map[string]*keptZone{}}
	for _, z := range scaffold(zones) {
		kept := &keptZone{Zone: z, records: map[string][]dns.RR{}}
		if err := kept.read(); err != nil {
			return nil, fmt.Errorf("zone %s: %w", z.Name, err)
		}
		w.zones[z.Name] = kept
	}
	for name, z := range w.zones {
		if ds := z.ds(); ds != nil && name != "." {
			parent := w.zoneOf(above(name))
			parent.records[name] = append(parent.records[name], ds)
		}
	}
	return w, nil
}

// read parses the records of a zone and makes its key.
func (z *keptZone) read() error {
	soa := "@ SOA one.servers.lab. hostmaster.servers.lab. 1 7200 3600 1209600 300"
	for _, line := range append([]string{soa}, z.Records...) {
		parser := dns.NewZoneParser(strings.NewReader("$ORIGIN "+z.Name+"\n$TTL 300\n"+line+"\n"), "", "")
		rr, ok := parser.Next()
		if !ok {
			return fmt.Errorf("%s: %w", line, errors.Join(parser.Err(), errNoRecord))
		}
		z.add(rr)
	}
	if z.Unsigned {
		return nil
	}
	return z.makeKey()
}

var errNoRecord = errors.New("no record")

func (z *keptZone) add(rr dns.RR) {
	owner := dns.CanonicalName(rr.Header().Name)
	z.records[owner] = append(z.records[owner], rr)
}

func (z *keptZone) makeKey() error {
	algorithm, bits := z.Algorithm, 1024
	if algorithm == 0 {
		algorithm, bits = dns.ECDSAP256SHA256, 256
	}
	z.key = &dns.DNSKEY{
		Hdr:   dns.RR_Header{Name: z.Name, Rrtype: dns.TypeDNSKEY, Class: dns.ClassINET, Ttl: 300},
		Flags: dns.ZONE | dns.SEP, Protocol: 3, Algorithm: algorithm,
	}
	private, err := z.key.Generate(bits)
	if err != nil {
		return err
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return fmt.Errorf("%T signs nothing", private) //nolint:err113 // cannot happen
	}
	z.private = signer
	z.add(z.key)
	return nil
}

// ds is what the parent says of the zone's key; with a wrong one nothing fits.
func (z *keptZone) ds() *dns.DS {
	if z.key == nil || z.Island {
		return nil
	}
	ds := z.key.ToDS(dns.SHA256)
	ds.Hdr = dns.RR_Header{Name: z.Name, Rrtype: dns.TypeDS, Class: dns.ClassINET, Ttl: 300}
	if z.WrongDS {
		ds.Digest = strings.Repeat("0", len(ds.Digest))
	}
	return ds
}

func (w *world) anchor() []*dns.DS { return []*dns.DS{w.zones["."].ds()} }

// zoneOf gives the closest zone a name is in.
func (w *world) zoneOf(name string) *keptZone {
	for ; ; name = above(name) {
		if z := w.zones[name]; z != nil {
			return z
		}
	}
}

func above(name string) string {
	if _, rest, _ := strings.Cut(name, "."); rest != "" {
		return rest
	}
	return "."
}

// sign signs a set of records as the zone does.
func (z *keptZone) sign(set []dns.RR) (*dns.RRSIG, error) {
	from, to := time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	if z.Expired {
		from, to = from.Add(-72*time.Hour), to.Add(-72*time.Hour)
	}
	sig := &dns.RRSIG{
		Hdr: dns.RR_Header{Ttl: 300}, Algorithm: z.key.Algorithm, KeyTag: z.key.KeyTag(), SignerName: z.Name,
		Inception: uint32(from.Unix()), Expiration: uint32(to.Unix()),
	}
	return sig, sig.Sign(z.private, set)
}
