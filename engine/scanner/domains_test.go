package scanner_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/domain"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// directory knows addresses, and answers every question with the records it has.
type directory struct {
	records []string
	local   string // that the hosts file answers for

	lock  sync.Mutex
	asked []string
}

func (d *directory) Lookup(context.Context, string) (resolver.Answer, error) {
	return resolver.Answer{Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}, nil
}

func (d *directory) IsLocal(name string) bool { return name == d.local }

func (d *directory) Ask(_ context.Context, q resolver.Question) (resolver.Reply, error) {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.asked = append(d.asked, q.Name)
	reply := new(dns.Msg).SetQuestion(q.Name, q.Type)
	for _, line := range d.records {
		rr, err := dns.NewRR(line)
		if err != nil {
			return resolver.Reply{}, err
		}
		if rr.Header().Name == q.Name && rr.Header().Rrtype == q.Type {
			reply.Answer = append(reply.Answer, rr)
		}
	}
	return resolver.Reply{Message: reply}, nil
}

// TestWhichNamesAreExamined: not addresses, not what the DNS does not say.
func TestWhichNamesAreExamined(t *testing.T) {
	d := &directory{local: "printer.example.org"}
	found := run(t, scanner.Config{Resolver: d}, task(ports(1), "127.0.0.1", "printer.example.org", "db.internal", "nas.local", "router.home.arpa", "host", "Example.com.", "example.com"))
	if got := found.uris(); !slices.Equal(got, []string{"domain://example.com"}) {
		t.Errorf("examined %v", got)
	}
	for _, name := range d.asked {
		if !strings.HasSuffix("."+name, ".example.com.") && name != "com." && name != "_dmarc.com." && name != "." {
			t.Errorf("asked for %s", name)
		}
	}
}

// TestNameServersInside: a name server at a private or a forbidden address gets nothing
// unless the scope names the address.
func TestNameServersInside(t *testing.T) {
	d := &directory{records: []string{
		"example.com. SOA ns.example.com. a.example.com. 1 2 3 4 5", "example.com. NS a.example.com.", "example.com. NS b.example.com.", "example.com. NS c.example.com.",
		"a.example.com. A 10.0.0.53", "b.example.com. A 169.254.169.254", "c.example.com. A 100.64.0.53",
	}}
	found := run(t, scanner.Config{Resolver: d}, task(ports(1), "example.com"))
	for _, r := range found.responses {
		block, ok := r.Blocks["dns"].(*domain.Block)
		if !ok || len(block.Servers) != 3 {
			t.Fatalf("%+v", r.Blocks["dns"])
		}
		for _, server := range block.Servers {
			if server.State != domain.ServerNotAsked {
				t.Errorf("%+v", server)
			}
		}
	}
}

// TestFullSinkEndsExaminations: nobody waits for them.
func TestFullSinkEndsExaminations(t *testing.T) {
	full := errors.New("no space left") //nolint:err113 // a test's
	d := &stuck{directory{}, make(chan struct{})}
	port := listen(t, "127.0.0.1:0", redis)
	err := scanner.New(scanner.Config{Resolver: d}).Run(t.Context(), task(ports(port), "example.com"), refusing{full})
	if !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
}

// stuck never answers questions about records.
type stuck struct {
	directory

	never chan struct{}
}

func (s *stuck) Ask(ctx context.Context, _ resolver.Question) (resolver.Reply, error) {
	select {
	case <-s.never:
	case <-ctx.Done():
	}
	return resolver.Reply{}, ctx.Err()
}

type refusing struct{ why error }

func (r refusing) Put(context.Context, engine.Report) error { return r.why }
