package query_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// realQueries are queries that people wrote: dork lists, manuals, the SDK.
func realQueries(t testing.TB) []string {
	t.Helper()
	raw, err := os.ReadFile("testdata/real_queries.json")
	if err != nil {
		t.Fatal(err)
	}
	var queries []string
	if err := json.Unmarshal(raw, &queries); err != nil {
		t.Fatal(err)
	}
	return queries
}

func TestRealQueriesParse(t *testing.T) {
	queries := realQueries(t)
	if len(queries) != 352 {
		t.Fatalf("%d queries, want 352", len(queries))
	}
	for _, text := range queries {
		q, err := query.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		checkRoundTrip(t, text, q)
	}
}

// checkRoundTrip wants the printed form to parse to the same tree, and to print
// the same again.
func checkRoundTrip(t *testing.T, text string, q *query.Query) {
	t.Helper()
	printed := q.String()
	again, err := query.Parse(printed)
	if err != nil {
		t.Errorf("%q printed as %q: %v", text, printed, err)
		return
	}
	if !reflect.DeepEqual(again.Root, q.Root) {
		t.Errorf("%q printed as %q is another tree, %q", text, printed, again)
	}
	if again.String() != printed {
		t.Errorf("%q printed as %q, then as %q", text, printed, again)
	}
}

func TestCanonicalForm(t *testing.T) {
	for text, want := range map[string]string{
		"":                          `*`,
		"  ":                        `*`,
		"*:*":                       `*`,
		"a b":                       `a AND b`,
		"a || b && c":               `a OR b AND c`,
		"(a OR b) c":                `(a OR b) AND c`,
		"a OR (b OR c)":             `a OR (b OR c)`,
		"a (b c)":                   `a AND (b AND c)`,
		"-a b":                      `b AND NOT a`,
		"!(a b)":                    `NOT (a AND b)`,
		"a AND (NOT b)":             `a AND NOT b`,
		"!!!a":                      `NOT a`,
		"port:(80 OR 443)":          `port:80 OR port:443`,
		"port:>=80":                 `port:[80 TO *]`,
		"port:{* TO 80}":            `port:[* TO 80}`,
		"port:[* TO *]":             `port:*`,
		"_exists_:port":             `port:*`,
		`ip:10.1.2.3\/8`:            `ip:"10.0.0.0/8"`,
		"ip:192.168.*":              `ip:"192.168.0.0/16"`,
		"whois.net.cidr:10.0.0.0/8": `whois.net.cidr:10.0.0.0\/8`,
		`path:/a\/b/`:               `path:/a\/b/`,
		`\*.banner:x`:               `\*.banner:x`,
		"*.banner:x":                `\*.banner:x`,
		`a\*b*`:                     `a\*b*`,
		`x^2 "y"^3`:                 `x AND "y"`,
		"x~ y~1 z~7":                `x~2 AND y~1 AND z~2`,
		`"a \"b\" \\c"~2`:           `"a \"b\" \\c"~2`,
		`\AND AND \-x`:              `\AND AND \-x`,
		"a&b &c& a|b":               `a&b AND \&c& AND a|b`,
		"host:a-b+c":                `host:a-b+c`,
		"@timestamp:[2025-03-21T10:00 TO now-1d/d]": `@timestamp:[2025-03-21T10:00 TO "now-1d/d"]`,
	} {
		q, err := query.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if q.String() != want {
			t.Errorf("%s prints as %s, want %s", text, q, want)
		}
		checkRoundTrip(t, text, q)
	}
}

func TestTree(t *testing.T) {
	text := `host:*.a.b port:(80 OR >=443) -ip:"10.0.0.0/8" http.title:"x y"~1 path:/a.*/ domain:c~1 ssh:* {a TO b]`
	want := &query.Boolean{
		Must: []query.Node{
			&query.Wildcard{Field: "host", Pattern: "*.a.b"},
			&query.Boolean{Should: []query.Node{
				&query.Term{Field: "port", Value: "80"},
				&query.Range{Field: "port", From: &query.Bound{Value: "443", Inclusive: true}},
			}},
			&query.Phrase{Field: "http.title", Text: "x y", Slop: 1},
			&query.Regexp{Field: "path", Pattern: "a.*"},
			&query.Fuzzy{Field: "domain", Value: "c", Distance: 1},
			&query.Exists{Field: "ssh"},
			&query.Range{From: &query.Bound{Value: "a"}, To: &query.Bound{Value: "b", Inclusive: true}},
		},
		MustNot: []query.Node{&query.CIDR{Field: "ip", Prefix: netip.MustParsePrefix("10.0.0.0/8")}},
	}
	q, err := query.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(q.Root, query.Node(want)) {
		t.Errorf("got  %s\nwant %s", q, want)
	}
}

func TestAll(t *testing.T) {
	for text, want := range map[string]bool{"": true, "*": true, "*:*": true, "(*)": true, "port:*": false, "a": false, "NOT *": false} {
		q, err := query.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if q.All() != want {
			t.Errorf("%q: All() = %v, want %v", text, q.All(), want)
		}
	}
}

// What is too long for testdata/errors.test: limits, and text that is not UTF-8.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		words  string
	}{
		{`path:/` + strings.Repeat("a", 1001) + `/`, 6, "longer than 1000"},
		{`"` + strings.Repeat("a ", 65) + `"~1`, 133, "more than 64 words"},
		{"a\xff", 2, "UTF-8"},
		{strings.Repeat("f", 513) + `:a`, 1, "field name is longer"},
		{strings.Repeat("a", 1000) + `*`, 1, "longer than 1000"},
		{strings.Repeat("(", 65) + "a" + strings.Repeat(")", 65), 65, "deeper than 64"},
		{strings.Repeat("(", 10_000), 65, "deeper than 64"},
		{strings.Repeat("a:(", 10_000), 3*64 + 3, "deeper than 64"},
		{strings.Repeat("NOT (", 10_000), 5*64 + 5, "deeper than 64"},
		{strings.Repeat("a ", 1025), 2049, "more than 1024"},
		{strings.Repeat("a", 64<<10+1), 1, "longer than 64 KiB"},
	} {
		_, err := query.Parse(c.text)
		var syntax *query.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%.60q: error %v, want a SyntaxError", c.text, err)
			continue
		}
		if syntax.Column != c.column || !strings.Contains(syntax.Error(), c.words) {
			t.Errorf("%.60q: %v, want column %d and %q", c.text, err, c.column, c.words)
		}
	}
}

func TestSyntaxErrorReadsAsASentence(t *testing.T) {
	_, err := query.Parse(`port:(80 OR 443`)
	want := `query, column 6: this parenthesis is never closed; close it with )`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What is just within the limits parses.
func TestLimitsAreNotTooTight(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("(", 64) + "a" + strings.Repeat(")", 64),
		strings.Repeat("!", 60_000) + "a",
		strings.Repeat("a ", 1024),
		strings.Repeat("a OR ", 1023) + "a",
		strings.Repeat("a", 64<<10),
		"path:/" + strings.Repeat("a", 1000) + "/",
		strings.Repeat("(a OR b AND ", 64) + "c" + strings.Repeat(")", 64),
	} {
		q, err := query.Parse(text)
		if err != nil {
			t.Errorf("%.40q: %v", text, err)
			continue
		}
		checkRoundTrip(t, text[:40], q)
	}
}

func TestQuote(t *testing.T) {
	for _, text := range []string{``, `a`, `a "b" \c`, `\`, "AND", "*"} {
		q, err := query.Parse("host:" + query.Quote(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := q.Root.(*query.Phrase); !ok || got.Text != text {
			t.Errorf("%q quoted is %s", text, q)
		}
	}
}
