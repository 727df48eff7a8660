package zoo_test

import (
	_ "embed"
	"errors"
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
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/names"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed/sqlite"
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
// else.
func checkFlaws(t *testing.T, z *zoo.Zoo, responses []engine.Response) {
	t.Helper()
	found := judgeZoo(t, z, responses)
	planted, _ := flaws()
	for id := range maps.Keys(found) {
		if planted[id] == nil {
			planted[id] = []string{}
		}
	}
	families := map[string]score{}
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
	species := map[string]string{}
	for _, s := range z.Services {
		species[fmt.Sprint(s.Transport(), s.Place.Port())] = s.Name
	}
	found := map[string]map[string]bool{}
	for _, f := range append(judgeNow(t, responses), judgeSoftware(t, responses)...) {
		if found[f.Rule] == nil {
			found[f.Rule] = map[string]bool{}
		}
		found[f.Rule][species[fmt.Sprint(f.Transport, f.Port)]] = true
	}
	return found
}

const software = "software" // the family

// judgeNow gives the findings of checks but those of software.
func judgeNow(t *testing.T, responses []engine.Response) (findings []engine.Finding) {
	t.Helper()
	library, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range responses {
		found, err := library.Judge(r)
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, found...)
	}
	return slices.DeleteFunc(findings, func(f engine.Finding) bool { return family(f.Rule) == software })
}

// today is when the software of the zoo is judged: what is old depends on the day.
const today = "2025-09-01T00:00:00.000Z"

// judgeSoftware gives the findings about software: of checks, as of that day, and of a list
// of vulnerabilities. What is only potential claims nothing, and is left out.
func judgeSoftware(t *testing.T, responses []engine.Response) []engine.Finding {
	t.Helper()
	library, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	report := engine.Report{Responses: slices.Clone(responses)}
	for i := range report.Responses {
		r := &report.Responses[i]
		r.LastUpdate = today
		found, err := library.Judge(*r)
		if err != nil {
			t.Fatal(err)
		}
		report.Findings = append(report.Findings, found...)
	}
	if err := feed.NewJudge(vulnerabilities(t)).Enrich(t.Context(), &report); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(report.Findings, func(f engine.Finding) bool {
		return family(f.Rule) != software || slices.Contains(f.Tags, string(engine.Potential))
	})
}

// vulnerabilities are some that the zoo has, and some that it only seems to have.
func vulnerabilities(t *testing.T) *sqlite.Feed {
	t.Helper()
	known := sqlite.New(t.TempDir())
	t.Cleanup(func() { _ = known.Close() })
	_, err := known.Import(t.Context(), func(sink feed.Sink) error {
		return errors.Join(feed.ReadFile(t.Context(), feed.File{Path: "testdata/nvd.json"}, sink), feed.ReadFile(t.Context(), feed.File{Path: "testdata/kev.json"}, sink))
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
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

// TestEveryFlawIsPlanted wants each check to find a species, or a name of the lab of names,
// or to have a reason why it finds none; and each name of flaws.txt to be one.
func TestEveryFlawIsPlanted(t *testing.T) {
	library, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	checks := library.IDs()
	for _, rule := range feed.Rules() {
		checks = append(checks, rule.ID)
	}
	planted, unplanted := flaws()
	everybody := append(slices.Concat(zoo.All(), zoo.Open(), zoo.Sites()), zoo.FrontDoor())
	for id, patterns := range planted {
		for _, pattern := range patterns {
			if !slices.ContainsFunc(everybody, func(s zoo.Species) bool { return isOneOf(s.Name, []string{pattern}) }) {
				t.Errorf("%s: there is no species %s", id, pattern)
			}
		}
	}
	for _, id := range unjudged(checks, planted, unplanted, names.Zones()) {
		t.Errorf("%s finds no species: plant the flaw and write it into testdata/flaws.txt", id)
	}
	for _, id := range slices.Concat(slices.Sorted(maps.Keys(planted)), slices.Sorted(maps.Keys(unplanted))) {
		if !slices.Contains(checks, id) {
			t.Errorf("there is no check %s", id)
		}
	}
}

// unjudged gives the checks that no lab shows a flaw, without a reason.
func unjudged(checks []string, planted map[string][]string, unplanted map[string]string, zones []names.Zone) []string {
	return slices.DeleteFunc(slices.Clone(checks), func(id string) bool {
		isNamed := slices.ContainsFunc(zones, func(z names.Zone) bool { return slices.Contains(z.Flaws, id) })
		return planted[id] != nil || unplanted[id] != "" || isNamed
	})
}

// TestUnjudgedIsNoticed shows a check that nothing judges, and one of each lab.
func TestUnjudgedIsNoticed(t *testing.T) {
	got := unjudged([]string{"a.zoo", "b.name", "c.none", "d.reason"}, map[string][]string{"a.zoo": {"redis"}}, map[string]string{"d.reason": "why"}, []names.Zone{{Flaws: []string{"b.name"}}})
	if !slices.Equal(got, []string{"c.none"}) {
		t.Errorf("nothing judges %v", got)
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
