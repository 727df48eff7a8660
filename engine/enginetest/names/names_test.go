package names_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/domain"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/names"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// basket keeps what a scan finds.
type basket struct {
	lock sync.Mutex
	engine.Report
}

func (b *basket) Put(_ context.Context, found engine.Report) error {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.Responses = append(b.Responses, found.Responses...)
	b.Findings = append(b.Findings, found.Findings...)
	return nil
}

// scan scans names of the lab as an agent does.
func scan(t *testing.T, lab *names.Lab, targets ...engine.Target) *basket {
	t.Helper()
	checks, err := library()
	if err != nil {
		t.Fatal(err)
	}
	found := &basket{}
	config := domain.Config{Anchors: lab.Anchor, Port: lab.Port, PolicyPort: lab.PolicyPort, Roots: lab.Roots, Wait: 500 * time.Millisecond}
	s := scanner.New(scanner.Config{Checks: checks, Resolver: ask(t, lab.Resolvers...), Domain: config})
	task := engine.Task{
		ScanID: 1, ID: 1, Attempt: 1, Ports: "1", Targets: targets, Profile: engine.Profile{Mode: engine.ModeConnect},
		Scope: engine.Scope{Allow: engine.LoopbackPrefixes(), Exclude: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
	}
	if err := s.Run(t.Context(), task, found); err != nil {
		t.Fatal(err)
	}
	return found
}

// ask makes a resolver that asks servers.
func ask(t *testing.T, servers ...netip.AddrPort) *resolver.Resolver {
	t.Helper()
	r, err := resolver.New(resolver.Config{Servers: servers, Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func targets(lab *names.Lab) []engine.Target {
	var list []engine.Target
	for _, z := range lab.Zones {
		if z.Target != "" {
			list = append(list, engine.Target(z.Target))
		}
	}
	return list
}

// TestScan scans every zone: what is planted is found, and nothing else.
func TestScan(t *testing.T) {
	lab := names.Start(t)
	start := time.Now()
	found := scan(t, lab, targets(lab)...)
	checkMapping(t, found.Responses)
	t.Logf("%d names took %s", len(targets(lab)), time.Since(start))
	score := map[string]*families{}
	for _, z := range lab.Zones {
		if z.Target == "" {
			continue
		}
		got := rulesOf(found.Findings, z.Target)
		if want := slices.Sorted(slices.Values(z.Flaws)); !slices.Equal(got, want) {
			t.Errorf("%s: found %v, want %v\n%s", z.Target, got, want, bannerOf(found.Responses, z.Target))
		}
		count(score, z.Flaws, got)
	}
	for family, s := range score {
		t.Logf("%-10s %2d planted, %2d found, precision %.2f, recall %.2f", family, s.planted, s.right, s.precision(), s.recall())
		if s.precision() < 1 || s.recall() < 1 {
			t.Errorf("%s: precision %.2f, recall %.2f", family, s.precision(), s.recall())
		}
	}
}

// checkMapping wants every value to be of the type by which queries search its field.
func checkMapping(t *testing.T, responses []engine.Response) {
	t.Helper()
	kinds := map[query.Type]string{query.TypeInteger: "float64", query.TypeBoolean: "bool"} // all others are texts
	for _, r := range responses {
		document, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]any
		if err := json.Unmarshal(document, &members); err != nil {
			t.Fatal(err)
		}
		for path, value := range query.Leaves(members) {
			kind, isMapped := query.Mapped(path)
			if want := cmp.Or(kinds[kind], "string"); !isMapped || want != fmt.Sprintf("%T", value) {
				t.Errorf("%s: %s is %v, and %q in the mapping", r.URI, path, value, kind)
			}
		}
	}
}

// TestNameWithoutAddress: that a name has no address, or only an alias that dangles, is
// no failure of a scan that has something to tell; that there is no such name is.
func TestNameWithoutAddress(t *testing.T) {
	lab := names.Start(t)
	if found := scan(t, lab, "www.empty.lab"); len(found.Responses) != 1 || found.Responses[0].URI != "domain://www.empty.lab" {
		t.Errorf("found %+v", found.Responses)
	}
	if found := scan(t, lab, "www.dangling.lab"); len(rulesOf(found.Findings, "www.dangling.lab")) != 1 {
		t.Errorf("found %+v", found.Findings)
	}
	s := scanner.New(scanner.Config{Resolver: ask(t, lab.Resolvers...), Domain: domain.Config{Anchors: lab.Anchor, Port: lab.Port}})
	task := engine.Task{ScanID: 1, ID: 1, Attempt: 1, Ports: "1", Targets: []engine.Target{"missing.clean.lab"}}
	if err := s.Run(t.Context(), task, &basket{}); engine.KindOf(err) != engine.Invalid {
		t.Errorf("a name that does not exist: %v", err)
	}
}

func rulesOf(findings []engine.Finding, target string) []string {
	var rules []string
	for _, f := range findings {
		if string(f.Target) == target {
			rules = append(rules, f.Rule)
		}
	}
	slices.Sort(rules)
	return rules
}

func bannerOf(responses []engine.Response, target string) string {
	for _, r := range responses {
		if block, ok := r.Blocks["dns"].(*domain.Block); ok && r.Host == target {
			return block.Banner
		}
	}
	return "no document"
}

// families counts the findings of a family, as "dns.spf".
type families struct{ planted, found, right int }

func (f families) precision() float64 { return share(f.right, f.found) }
func (f families) recall() float64    { return share(f.right, f.planted) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

func count(score map[string]*families, planted, found []string) {
	at := func(rule string) *families {
		family, _, _ := strings.Cut(rule, "-")
		if score[family] == nil {
			score[family] = &families{}
		}
		return score[family]
	}
	for _, rule := range planted {
		at(rule).planted++
	}
	for _, rule := range found {
		at(rule).found++
		if slices.Contains(planted, rule) {
			at(rule).right++
		}
	}
}
