package zoo_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

//go:embed testdata/queries.txt
var queries string

// checkQueries asks the real index about what a scan of a zoo has found.
func checkQueries(t *testing.T, z *zoo.Zoo, responses []engine.Response) {
	t.Helper()
	found := newFound(t, z, responses)
	text := ""
	for line := range strings.Lines(queries) {
		mark, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch mark {
		case "?":
			text = rest
		case "=":
			found.want(text, strings.Fields(rest))
		}
	}
	if n := len(found.search("@timestamp:[now-7d TO now]")); n == 0 || n != len(found.search("*")) {
		t.Errorf("%d of all %d services were seen in the last days", n, len(found.search("*")))
	}
	found.checkIcon()
	found.checkJARM(responses)
}

// found is an index of a scan of a zoo.
type found struct {
	testing.TB

	index index.Index
	names map[string]string // of species, by transport and port
}

func newFound(t *testing.T, z *zoo.Zoo, responses []engine.Response) found {
	t.Helper()
	shelf, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shelf.Close(); err != nil {
			t.Error(err)
		}
	})
	f := found{TB: t, names: map[string]string{}}
	if f.index, err = shelf.Create(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := f.index.Append(t.Context(), engine.Report{Responses: responses}); err != nil {
		t.Fatal(err)
	}
	for _, s := range z.Services {
		f.names[fmt.Sprint(s.Transport(), s.Place.Port())] = s.Name
	}
	return f
}

// want fails the test unless a query finds some species and no others.
func (f found) want(text string, species []string) {
	f.Helper()
	if got := f.search(text); !slices.Equal(got, slices.Sorted(slices.Values(species))) {
		f.Errorf("%s finds %v, want %v", text, got, species)
	}
}

// search gives the species that a query finds, in order.
func (f found) search(text string) []string {
	f.Helper()
	q, err := query.Parse(text)
	if err != nil {
		f.Fatalf("%s: %v", text, err)
	}
	species := map[string]bool{}
	for document, err := range f.index.Search(f.Context(), q, 0) {
		if err != nil {
			f.Fatalf("%s: %v", text, err)
		}
		var r engine.Response
		if err := json.Unmarshal(document.Data, &r); err != nil {
			f.Fatal(err)
		}
		species[f.names[fmt.Sprint(r.Transport, r.Port)]] = true
	}
	return slices.Sorted(maps.Keys(species))
}

// checkIcon looks for the icon by its hash, and for pictures that look like it: one
// digit may differ, two may not.
func (f found) checkIcon() {
	f.Helper()
	icon := f.icon()
	other := func(c byte) string {
		return string("0123456789abcdef"[(strings.IndexByte("0123456789abcdef", c)+1)%16])
	}
	near := other(icon.Perceptual[0]) + icon.Perceptual[1:]
	far := near[:15] + other(near[15])
	f.want("http.favicon.hash_sha256:"+icon.SHA256, []string{"web-icon"})
	f.want("http.favicon.perceptual_hash:"+icon.Perceptual, []string{"web-icon"})
	f.want("http.favicon.perceptual_hash:"+near, nil)
	f.want("http.favicon.perceptual_hash:"+near+"~1 AND http.body:animals", []string{"web-icon"})
	f.want("http.favicon.perceptual_hash:"+far+"~1", nil)
	f.want(fmt.Sprintf("http.favicon.hash_mmh3:%d", icon.MMH3), []string{"web-icon"})
}

type icon struct {
	SHA256     string `json:"hash_sha256"`
	MMH3       int    `json:"hash_mmh3"`
	Perceptual string `json:"perceptual_hash"`
}

func (f found) icon() icon {
	f.Helper()
	q, err := query.Parse("http.favicon:*")
	if err != nil {
		f.Fatal(err)
	}
	var page struct{ HTTP struct{ Favicon icon } }
	for document, err := range f.index.Search(f.Context(), q, 0) {
		if err != nil {
			f.Fatal(err)
		}
		if err := json.Unmarshal(document.Data, &page); err != nil {
			f.Fatal(err)
		}
	}
	if len(page.HTTP.Favicon.Perceptual) != 16 {
		f.Fatalf("no icon: %+v", page)
	}
	return page.HTTP.Favicon
}

// checkJARM looks for servers by what they have in common.
func (f found) checkJARM(responses []engine.Response) {
	f.Helper()
	alike := map[string][]string{}
	for _, r := range responses {
		if jarm, ok := r.Blocks["jarm"].(string); ok {
			alike[jarm] = append(alike[jarm], f.names[fmt.Sprint(r.Transport, r.Port)])
		}
	}
	if len(alike) < 3 {
		f.Errorf("servers of TLS are all alike: %v", alike)
	}
	for jarm, species := range alike {
		f.want(fmt.Sprintf("jarm:%q", jarm), slices.Compact(slices.Sorted(slices.Values(species))))
	}
}
