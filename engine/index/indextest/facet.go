package indextest

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// facetOf is what [index.Bucket] says, slowly: it walks through every document that
// the query language finds.
func (o oracle) facetOf(q *query.Query, fields []string) []index.Bucket {
	counts := map[string]*index.Bucket{}
	for _, d := range o {
		if !q.MatchDocument(d.document) {
			continue
		}
		keys := [][]any{{}}
		for _, field := range fields {
			var longer [][]any
			for _, value := range distinct(d.members, field) {
				for _, key := range keys {
					longer = append(longer, append(slices.Clone(key), value))
				}
			}
			keys = longer
		}
		for _, key := range keys {
			name := fmt.Sprintf("%#v", key)
			if counts[name] == nil {
				counts[name] = &index.Bucket{Key: key}
			}
			counts[name].Count++
		}
	}
	var buckets []index.Bucket
	for _, b := range counts {
		buckets = append(buckets, *b)
	}
	index.SortBuckets(buckets)
	return buckets
}

// distinct gives the values of a document at a field, each once.
func distinct(members map[string]any, field string) (values []any) {
	for path, value := range query.Leaves(members) {
		if path != field {
			continue
		}
		if v := counted(path, value); v != nil && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

// counted gives what a value counts as, nil for nothing.
func counted(path string, value any) any {
	text, isText := value.(string)
	switch query.TypeOf(path, value) {
	case query.TypeText:
		if isText && utf8.RuneCountInString(text) <= query.MaxKeyword {
			return text
		}
	case query.TypeKeyword, query.TypeVersion:
		if !isText {
			return fmt.Sprint(value)
		}
		return text
	case query.TypeIP:
		if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
			return addr.Unmap().String()
		}
	case query.TypeDate:
		return moment(text)
	case query.TypeInteger, query.TypeFloat:
		if n, ok := value.(float64); ok {
			return n
		}
		if n, ok := query.Number(text); ok && !math.IsNaN(n) {
			return n
		}
	case query.TypeBoolean:
		if flag, ok := value.(bool); ok {
			return flag
		}
	case query.TypeBinary, query.TypeObject:
	}
	return nil
}

func moment(text string) any {
	at, _, err := query.Dates(text, time.Time{})
	if err != nil {
		if at, err = http.ParseTime(text); err != nil {
			return nil
		}
	}
	return at.UTC().Format("2006-01-02T15:04:05.000Z")
}

// facet gives the buckets, and holds the number of different values against them.
func (h harness) facet(r index.Reader, text string, fields []string, size int) []index.Bucket {
	h.Helper()
	buckets, err := r.Facet(h.Context(), parse(h, text), fields, size)
	if err != nil {
		h.Errorf("facet %v of %s: %v", fields, text, err)
	}
	if len(fields) == 1 && size == 0 {
		if n, err := r.Distinct(h.Context(), parse(h, text), fields[0]); err != nil || n != len(buckets) {
			h.Errorf("%d different %s of %s, %v; want %d", n, fields[0], text, err, len(buckets))
		}
	}
	return buckets
}

// wantBuckets compares buckets by their text.
func wantBuckets(t testing.TB, what string, got, want []index.Bucket) {
	t.Helper()
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) && len(got)+len(want) > 0 {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// facetFields are fields of each type, and some that are none.
func facetFields() [][]string {
	return [][]string{
		{"port"}, {"prot7"}, {"port", "prot7"}, {"tag.name"}, {"tag.name", "geo.country", "port"}, {"tag.category"}, {"ip"}, {"last_updated"}, {"scan_date"},
		{"certificate.validity.end"}, {"http.favicon.last_modified"}, {"cve.base_score"}, {"cve.has_exploit"}, {"geo.location.lat"}, {"http.title"}, {"http.title.keyword"},
		{"http.status_code", "http.headers.server"}, {"custom.mixed"}, {"custom.mixed", "custom.mixed"}, {"custom.client.ip"}, {"custom.session_id"}, {"custom.huge"}, {"smb.dialects"},
		{"whois.asn.number"}, {"host"}, {"domain", "ptr"}, {"nosuchfield"}, {"port", "nosuchfield"}, {"http"}, {"http.favicon.image"}, {"tag.nginx.version"},
	}
}

func testFacet(t *testing.T, open Open) {
	texts := []string{"*", "http:*", "NOT ip:10.0.0.0/8", `http.title:"index things"~1 OR port:80`, "nosuchfield:x"}
	for _, test := range []struct {
		copies int // few documents may be counted in another way than many
		texts  []string
	}{{1, texts}, {15, texts[:2]}} {
		t.Run(fmt.Sprint(test.copies*sampleSize), func(t *testing.T) {
			h := newHarness(t, open, t.TempDir())
			responses := copiesOf(sample(), test.copies)
			for batch := range slices.Chunk(responses, 500) {
				h.append(engine.Report{Responses: batch})
			}
			o := newOracle(t, responses)
			for _, text := range test.texts {
				for _, fields := range facetFields() {
					want := o.facetOf(parse(t, text), trimKeyword(fields))
					what := fmt.Sprintf("facet %v of %s", fields, text)
					wantBuckets(t, what, h.facet(h.index, text, fields, 0), want)
					wantBuckets(t, what+", the first 3", h.facet(h.index, text, fields, 3), want[:min(3, len(want))])
				}
			}
		})
	}
	t.Run("oddities", func(t *testing.T) {
		h := newHarness(t, open, t.TempDir())
		responses := append(oddDocuments(), copiesOf(sample(), 11)...)
		h.append(engine.Report{Responses: responses})
		o := newOracle(t, responses)
		for _, fields := range [][]string{{"odd"}, {"odd.a.b"}, {"odd.b"}, {"http.title"}, {"odd.text", "port"}, {"late.field"}, {"odd.some_hash"}} {
			wantBuckets(t, fmt.Sprint(fields), h.facet(h.index, "*", fields, 0), o.facetOf(parse(t, "*"), fields))
		}
	})
}

func trimKeyword(fields []string) []string {
	if fields[0] == "http.title.keyword" {
		return []string{"http.title"}
	}
	return fields
}

// copiesOf gives each response n times, under other URIs.
func copiesOf(responses []engine.Response, n int) (all []engine.Response) {
	for i := range n {
		for _, r := range responses {
			if i > 0 {
				r.URI += fmt.Sprintf("#%d", i)
			}
			all = append(all, r)
		}
	}
	return all
}

// decoded gives a response as the query language sees it.
func decoded(t testing.TB, r engine.Response) (members map[string]any) {
	t.Helper()
	body, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatal(err)
	}
	return members
}
