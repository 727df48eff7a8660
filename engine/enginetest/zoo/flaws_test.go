package zoo_test

import (
	_ "embed"
	"fmt"
	"maps"
	"net/netip"
	"path"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
)

//go:embed testdata/flaws.txt
var flawLines string

// flaws are, by check, the names or patterns of the species that have the flaw. What a
// check is that no species can show, is said in unplanted, with the reason.
func flaws() (planted map[string][]string, unplanted map[string]string) {
	planted, unplanted = map[string][]string{}, map[string]string{}
	for line := range strings.Lines(flawLines) {
		id, rest, ok := strings.Cut(strings.TrimSpace(line), ": ")
		switch reason, isReason := strings.CutPrefix(rest, "- "); {
		case !ok || strings.HasPrefix(line, "#"):
		case isReason:
			unplanted[id] = reason
		default:
			planted[id] = strings.Fields(rest)
		}
	}
	return planted, unplanted
}

// family is the first word of a check's id.
func family(id string) string {
	name, _, _ := strings.Cut(id, ".")
	return name
}

// score counts findings against the truth.
type score struct{ right, wrong, missed int }

func (s score) precision() float64 { return share(s.right, s.right+s.wrong) }
func (s score) recall() float64    { return share(s.right, s.right+s.missed) }

func share(part, all int) float64 {
	if all == 0 {
		return 1
	}
	return float64(part) / float64(all)
}

// checkFlaws judges what a scan of a zoo has found: every flaw must be found and nothing
// else, in all families of checks of which flaws.txt speaks.
func checkFlaws(t *testing.T, z *zoo.Zoo, responses []engine.Response) {
	t.Helper()
	found := judgeZoo(t, z, responses)
	planted, _ := flaws()
	families := map[string]score{}
	for id := range planted {
		families[family(id)] = score{}
	}
	for id := range maps.Keys(found) {
		if _, isJudged := families[family(id)]; isJudged && planted[id] == nil {
			planted[id] = []string{}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(planted)) {
		s := families[family(id)]
		for _, service := range z.Services {
			s.count(t, id, service.Name, isOneOf(service.Name, planted[id]), found[id][service.Name])
		}
		families[family(id)] = s
	}
	t.Logf("%d services\n%s", len(z.Services), scoreTable(families))
}

func (s *score) count(t *testing.T, id, species string, isFlawed, isFound bool) {
	t.Helper()
	switch {
	case isFlawed && isFound:
		s.right++
	case isFlawed:
		s.missed++
		t.Errorf("%s does not find %s", id, species)
	case isFound:
		s.wrong++
		t.Errorf("%s finds %s, which has no such flaw", id, species)
	}
}

func scoreTable(families map[string]score) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	var all score
	_, _ = fmt.Fprintln(w, "family\tflaws\tprecision\trecall")
	for _, name := range slices.Sorted(maps.Keys(families)) {
		s := families[name]
		all = score{all.right + s.right, all.wrong + s.wrong, all.missed + s.missed}
		if s != (score{}) {
			_, _ = fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\n", name, s.right+s.missed, s.precision(), s.recall())
		}
	}
	_, _ = fmt.Fprintf(w, "all\t%d\t%.3f\t%.3f\n", all.right+all.missed, all.precision(), all.recall())
	_ = w.Flush() // a builder takes anything
	return b.String()
}

// judgeZoo gives, by check, the species it finds.
func judgeZoo(t *testing.T, z *zoo.Zoo, responses []engine.Response) map[string]map[string]bool {
	t.Helper()
	library, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, s := range z.Services {
		names[fmt.Sprint(s.Transport(), s.Place.Port())] = s.Name
	}
	found := map[string]map[string]bool{}
	for _, r := range responses {
		findings, err := library.Judge(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if found[f.Rule] == nil {
				found[f.Rule] = map[string]bool{}
			}
			found[f.Rule][names[fmt.Sprint(r.Transport, r.Port)]] = true
		}
	}
	return found
}

func isOneOf(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	})
}

// TestOpen judges the services that let everybody in.
func TestOpen(t *testing.T) {
	t.Parallel()
	z := open(t, zoo.Config{Species: zoo.Open()})
	responses := scan(t, z)
	if census := zoo.Count(z.Services, responses); len(census.Wrong) > 0 || census.Recall() < 1 {
		t.Errorf("not all are named right:\n%s", census)
	}
	checkDocuments(t, responses)
	checkFlaws(t, z, responses)
}

// TestSites judges websites that are visited by name, one of them on port 80.
func TestSites(t *testing.T) {
	t.Parallel()
	z := open(t, zoo.Config{Species: zoo.Sites()})
	home, err := zoo.Start(zoo.Config{Addr: netip.MustParseAddr("127.0.3.1"), Standard: true, Species: []zoo.Species{zoo.FrontDoor()}})
	if err == nil { // low ports are not for everybody, and others listen as well
		t.Cleanup(func() { _ = home.Close() })
		z = &zoo.Zoo{Services: append(z.Services, home.Services...)}
	}
	responses := scanEndpoints(t, named(zoo.SiteName, endpoints(z)))
	checkDocuments(t, responses)
	checkMapping(t, responses)
	checkFlaws(t, z, responses)
}

// TestEveryFlawIsPlanted wants each check of the families that flaws.txt speaks of to have
// a species with its flaw, or a reason why it has none; and each name there to be one.
func TestEveryFlawIsPlanted(t *testing.T) {
	library, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	planted, unplanted := flaws()
	families := map[string]bool{}
	everybody := append(slices.Concat(zoo.All(), zoo.Open(), zoo.Sites()), zoo.FrontDoor())
	for id, patterns := range planted {
		families[family(id)] = true
		for _, pattern := range patterns {
			if !slices.ContainsFunc(everybody, func(s zoo.Species) bool { return isOneOf(s.Name, []string{pattern}) }) {
				t.Errorf("%s: there is no species %s", id, pattern)
			}
		}
	}
	for _, id := range library.IDs() {
		if families[family(id)] && planted[id] == nil && unplanted[id] == "" {
			t.Errorf("%s finds no species: plant the flaw and write it into testdata/flaws.txt", id)
		}
	}
	for _, id := range slices.Concat(slices.Sorted(maps.Keys(planted)), slices.Sorted(maps.Keys(unplanted))) {
		if _, ok := library.Check(id); !ok {
			t.Errorf("there is no check %s", id)
		}
	}
}

// TestFalseVerdictsAreNoticed shows the count a flaw that is missed and one that is not there.
func TestFalseVerdictsAreNoticed(t *testing.T) {
	for _, tt := range []struct {
		isFlawed, isFound bool
		want              score
	}{{true, true, score{1, 0, 0}}, {false, true, score{0, 1, 0}}, {true, false, score{0, 0, 1}}, {false, false, score{}}} {
		var got score
		notices := !isQuiet(func(quiet *testing.T) { got.count(quiet, "x.y", "redis", tt.isFlawed, tt.isFound) })
		if got != tt.want || notices != (tt.isFlawed != tt.isFound) {
			t.Errorf("flawed %v, found %v: %+v", tt.isFlawed, tt.isFound, got)
		}
	}
}

// isQuiet tells whether a test that is of nobody reports nothing.
func isQuiet(run func(*testing.T)) bool {
	var t testing.T
	run(&t)
	return !t.Failed()
}
