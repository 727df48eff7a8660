package zoo_test

import (
	"context"
	"errors"
	"iter"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

const (
	// leastRecall is the share of services that must be named right; none may be wrong.
	leastRecall = 0.97
	// mostHeap is what scanner and zoo may have on the heap together, against peers that
	// send without end: half of the 128 MiB that a scanner may take in all.
	mostHeap = 64 << 20
	// mostConnections is what a service may see of one scan: each probe once, those
	// that look closer some times.
	mostConnections = 100
)

// TestMain has this process trust the authority of the zoo's sites, as whoever visits a
// site trusts some.
func TestMain(m *testing.M) {
	folder, err := trustRoot()
	if err != nil {
		panic(err)
	}
	m.Run()
	_ = os.RemoveAll(folder) // what is left is a certificate
}

// trustRoot puts the zoo's root in the place of the system's, which are read when the first
// chain is verified.
func trustRoot() (folder string, err error) {
	root, err := zoo.Root()
	if err != nil {
		return "", err
	}
	if folder, err = os.MkdirTemp("", "zoo"); err != nil {
		return "", err
	}
	file := filepath.Join(folder, "root.pem")
	return folder, errors.Join(os.WriteFile(file, root, 0o600), os.Setenv("SSL_CERT_FILE", file), os.Setenv("SSL_CERT_DIR", folder))
}

// basket is a sink that keeps responses.
type basket struct{ responses []engine.Response }

func (b *basket) Put(_ context.Context, found engine.Report) error {
	b.responses = append(b.responses, found.Responses...)
	return nil
}

// open starts a zoo until the test ends.
func open(tb testing.TB, config zoo.Config) *zoo.Zoo {
	tb.Helper()
	z, err := zoo.Start(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := z.Close(); err != nil {
			tb.Error(err)
		}
	})
	return z
}

// scan identifies all services of a zoo with all probes.
func scan(tb testing.TB, z *zoo.Zoo) []engine.Response {
	tb.Helper()
	return scanEndpoints(tb, endpoints(z))
}

func scanEndpoints(tb testing.TB, services iter.Seq[engine.Endpoint]) []engine.Response {
	tb.Helper()
	var found basket
	in := scanner.Endpoints{All: services, Scope: engine.Scope{Allow: engine.LoopbackPrefixes()}}
	if err := scanner.New(scanner.Config{Probes: all.Probes()}).Identify(tb.Context(), in, &found); err != nil {
		tb.Fatal(err)
	}
	return found.responses
}

func endpoints(z *zoo.Zoo) iter.Seq[engine.Endpoint] {
	return func(yield func(engine.Endpoint) bool) {
		for _, s := range z.Services {
			addr := s.Place.Addr()
			if !yield(engine.Endpoint{Addr: addr, Port: s.Place.Port(), Transport: s.Transport(), Target: engine.Target(addr.String())}) {
				return
			}
		}
	}
}

// pick gives the species that are traps, or those that are not.
func pick(hostile bool) []zoo.Species {
	return slices.DeleteFunc(zoo.All(), func(s zoo.Species) bool { return s.Hostile != hostile })
}

// TestServices names every service on a port that says nothing about it, in documents as
// the contract has them.
func TestServices(t *testing.T) {
	t.Parallel()
	z := open(t, zoo.Config{Species: pick(false)})
	start := time.Now()
	responses := scan(t, z)
	census := zoo.Count(z.Services, responses)
	t.Logf("%d services in %s, recall %.3f: %s", len(z.Services), time.Since(start), census.Recall(), census)
	if len(census.Wrong) > 0 || census.Recall() < leastRecall {
		t.Errorf("recall %.3f, at least %.2f and nothing wrong is wanted:\n%s", census.Recall(), leastRecall, census)
	}
	t.Run("documents", func(t *testing.T) {
		checkDocuments(t, responses)
		checkWhole(t, z, responses)
	})
	t.Run("mapping", func(t *testing.T) { checkMapping(t, responses) })
	t.Run("queries", func(t *testing.T) { checkQueries(t, z, responses) })
	t.Run("flaws", func(t *testing.T) { checkFlaws(t, z, responses) })
}

// TestServicesAtHome names every service on the port that is known for it. Those that
// share a port live at different addresses.
func TestServicesAtHome(t *testing.T) {
	t.Parallel()
	home := &zoo.Zoo{}
	homeless := 0
	for i, group := range apart(pick(false)) {
		addr := netip.AddrFrom4([4]byte{127, 0, 2, byte(i + 1)})
		for _, species := range group {
			z, err := zoo.Start(zoo.Config{Addr: addr, Species: []zoo.Species{species}, Standard: true})
			if err != nil {
				homeless++ // low ports are not for everybody, and others listen as well
				continue
			}
			home.Services = append(home.Services, z.Services...)
		}
	}
	t.Cleanup(func() { _ = home.Close() })
	start := time.Now()
	census := zoo.Count(home.Services, scan(t, home))
	t.Logf("%d services in %s, %d have no port: %s", len(home.Services), time.Since(start), homeless, census)
	if len(census.Wrong) > 0 || census.Recall() < leastRecall {
		t.Errorf("recall %.3f, at least %.2f and nothing wrong is wanted:\n%s", census.Recall(), leastRecall, census)
	}
}

// apart divides species so that no two of a group have the same port.
func apart(all []zoo.Species) (groups [][]zoo.Species) {
	type place struct {
		port      uint16
		transport string
	}
	met := map[place]int{}
	for _, s := range all {
		at := place{s.Port, s.Transport()}
		if met[at] == len(groups) {
			groups = append(groups, nil)
		}
		groups[met[at]] = append(groups[met[at]], s)
		met[at]++
	}
	return groups
}

// TestTraps names no trap wrongly, and pays little for them.
func TestTraps(t *testing.T) {
	z := open(t, zoo.Config{Species: pick(true)})
	start := time.Now()
	var responses []engine.Response
	most := heapDuring(func() { responses = scan(t, z) })
	census := zoo.Count(z.Services, responses)
	t.Logf("%d traps in %s, %d MiB of heap: %s", len(z.Services), time.Since(start), most>>20, census)
	if len(census.Wrong) > 0 || len(census.Missed) > 0 {
		t.Errorf("traps were taken for services:\n%s", census)
	}
	checkDocuments(t, responses)
	if most > mostHeap {
		t.Errorf("%d MiB of heap, at most %d", most>>20, mostHeap>>20)
	}
	for _, s := range z.Services {
		if s.Met() > mostConnections {
			t.Errorf("%s was connected to %d times, at most %d", s.Name, s.Met(), mostConnections)
		}
	}
}

// heapDuring gives the most that the heap has held while work went on.
func heapDuring(work func()) (most uint64) {
	const live = "/memory/classes/heap/objects:bytes"
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		clock := time.NewTicker(20 * time.Millisecond)
		defer clock.Stop()
		sample := []metrics.Sample{{Name: live}}
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-clock.C:
			case <-done:
				return
			}
		}
	})
	work()
	close(done)
	watching.Wait()
	return most
}

// TestFalseTruthIsNoticed shows the census services that are not what they are said to be.
func TestFalseTruthIsNoticed(t *testing.T) {
	http := slices.IndexFunc(zoo.All(), func(s zoo.Species) bool { return s.Name == "web-always-200" })
	truth := zoo.All()[http]
	truth.Hostile = false
	for name, lie := range map[string]func(*zoo.Species){
		"wrong":  func(s *zoo.Species) { s.Base, s.Protocol = "redis", "redis" },
		"missed": func(s *zoo.Species) { s.Protocol = "elasticsearch" },
		"right":  func(*zoo.Species) {},
	} {
		t.Run(name, func(t *testing.T) {
			species := truth
			lie(&species)
			z := open(t, zoo.Config{Species: []zoo.Species{species}})
			census := zoo.Count(z.Services, scan(t, z))
			got := map[string]int{"wrong": len(census.Wrong), "missed": len(census.Missed), "right": len(census.Right)}
			if got[name] != 1 || (census.Recall() == 1) != (name == "right") {
				t.Errorf("%v, recall %f", got, census.Recall())
			}
			if name != "right" && !strings.Contains(census.String(), species.Name) {
				t.Errorf("the table does not say who:\n%s", census)
			}
		})
	}
}
