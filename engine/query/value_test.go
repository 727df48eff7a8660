package query_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"--- ... //":                     "",
		"Hello, World!":                  "hello|world",
		"Apache/2.4.41 (Ubuntu)":         "apache|2.4.41|ubuntu",
		"wp-config.php":                  "wp|config.php",
		"song.mp3 a.1 1.a":               "song.mp3|a|1|1|a",
		"O'Reilly’s 'quoted'":            "o'reilly’s|quoted",
		"1,234 a,b":                      "1,234|a|b",
		"snake_case __x__":               "snake_case|__x__",
		"key:value https://a.example:80": "key|value|https|a.example|80",
		"end. Next":                      "end|next",
		"ÀÉ Straße":                      "àé|straße",
		"東京タワー":                          "東|京|タワー",
		"a\x00b\xffc":                    "a|b|c",
		strings.Repeat("x", 300):         strings.Repeat("x", 255) + "|" + strings.Repeat("x", 45),
	} {
		if got := strings.Join(query.Tokens(text), "|"); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// Each version is less than the next; those on one line are equal.
func TestVersionKeyOrder(t *testing.T) {
	ladder := [][]string{
		{"", "0", "0.0", "v0", "-"},
		{"0.0.1"},
		{"0.1"},
		{"1.0-alpha"},
		{"1.0-alpha2"},
		{"1-beta", "1.0.0.beta", "1.0BETA"},
		{"1.0.0-rc1", "1.0-RC-1", "1rc1"},
		{"1.0.0-rc2"},
		{"1.0-rc10"},
		{"1", "1.0", "1.0.0", "v1.0", "01.00"},
		{"1.0.0p1"},
		{"1.0.1"},
		{"1.0.2-rc1"},
		{"1.0.2"},
		{"1.0.2k"},
		{"1.0.2kb"},
		{"1.0.2l"},
		{"1.0.2.1"},
		{"1.2"},
		{"1.9"},
		{"1.10", "1.10.0"},
		{"2"},
		{"8.9"},
		{"8.9p1", "8.9 p1", "8.9-P1"},
		{"8.9p2"},
		{"10"},
		{"20250321"},
		{strings.Repeat("9", 98)},
		{strings.Repeat("9", 120)},
	}
	for i, step := range ladder {
		for _, version := range step {
			if query.VersionKey(version) != query.VersionKey(step[0]) {
				t.Errorf("%q and %q differ: %s, %s", version, step[0], query.VersionKey(version), query.VersionKey(step[0]))
			}
			if i > 0 && query.VersionKey(ladder[i-1][0]) >= query.VersionKey(version) {
				t.Errorf("%q is not before %q", ladder[i-1][0], version)
			}
		}
	}
}

func TestVersionKeyAlphabet(t *testing.T) {
	for _, version := range []string{"1.2.3-rc1", "8.9p1 Debian-2+deb", "v1_000", "~^$"} {
		if key := query.VersionKey(version); !regexp.MustCompile(`^[a-z0-9]+$`).MatchString(key) {
			t.Errorf("%q has the key %q", version, key)
		}
	}
}

func TestDates(t *testing.T) {
	now := time.Date(2025, 3, 21, 12, 30, 45, 500, time.FixedZone("", 3600))
	for text, want := range map[string]string{
		"now":                       "2025-03-21T11:30:45.0000005Z 2025-03-21T11:30:45.0000005Z",
		"now-7d":                    "2025-03-14T11:30:45.0000005Z 2025-03-14T11:30:45.0000005Z",
		"now+1h-30m+1s":             "2025-03-21T12:00:46.0000005Z 2025-03-21T12:00:46.0000005Z",
		"now+d":                     "2025-03-22T11:30:45.0000005Z 2025-03-22T11:30:45.0000005Z",
		"now/d":                     "2025-03-21T00:00:00Z 2025-03-21T23:59:59.999999999Z",
		"now/w":                     "2025-03-17T00:00:00Z 2025-03-23T23:59:59.999999999Z",
		"now/H":                     "2025-03-21T11:00:00Z 2025-03-21T11:59:59.999999999Z",
		"now/m":                     "2025-03-21T11:30:00Z 2025-03-21T11:30:59.999999999Z",
		"now/s":                     "2025-03-21T11:30:45Z 2025-03-21T11:30:45.999999999Z",
		"now-1M/M":                  "2025-02-01T00:00:00Z 2025-02-28T23:59:59.999999999Z",
		"now/y-1d":                  "2024-12-31T00:00:00Z 2025-12-30T23:59:59.999999999Z",
		"now-100000h":               "2013-10-23T19:30:45.0000005Z 2013-10-23T19:30:45.0000005Z",
		"2025":                      "2025-01-01T00:00:00Z 2025-12-31T23:59:59.999999999Z",
		"2024-02":                   "2024-02-01T00:00:00Z 2024-02-29T23:59:59.999999999Z",
		"2025-03-21":                "2025-03-21T00:00:00Z 2025-03-21T23:59:59.999999999Z",
		"2025-03-21T10":             "2025-03-21T10:00:00Z 2025-03-21T10:59:59.999999999Z",
		"2025-03-21T10:11":          "2025-03-21T10:11:00Z 2025-03-21T10:11:59.999999999Z",
		"2025-03-21T10:11:12":       "2025-03-21T10:11:12Z 2025-03-21T10:11:12.999999999Z",
		"2025-03-21 10:11:12":       "2025-03-21T10:11:12Z 2025-03-21T10:11:12.999999999Z",
		"2025-03-21T10:11:12.5":     "2025-03-21T10:11:12.5Z 2025-03-21T10:11:12.5Z",
		"2025-03-21T10:11:12.5Z":    "2025-03-21T10:11:12.5Z 2025-03-21T10:11:12.5Z",
		"2025-03-21T10:11:12+02:00": "2025-03-21T08:11:12Z 2025-03-21T08:11:12.999999999Z",
		"2025-03-21T10:11+0200":     "2025-03-21T08:11:00Z 2025-03-21T08:11:59.999999999Z",
		"2025-03-21T10-02":          "2025-03-21T12:00:00Z 2025-03-21T12:59:59.999999999Z",
		"2025-01-31||+1M":           "2025-02-28T00:00:00Z 2025-02-28T23:59:59.999999999Z",
		"2024-02-29||+1y":           "2025-02-28T00:00:00Z 2025-02-28T23:59:59.999999999Z",
		"2025-03-31||-1M/d":         "2025-02-28T00:00:00Z 2025-02-28T23:59:59.999999999Z",
		"1742558400123":             "2025-03-21T12:00:00.123Z 2025-03-21T12:00:00.123Z",
	} {
		first, last, err := query.Dates(text, now)
		got := first.Format(time.RFC3339Nano) + " " + last.Format(time.RFC3339Nano)
		if err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "no", "nower", "now-", "now-7", "now/7d", "now-7x", "now*1d", "now-9999999999d", "2025-13", "2025-02-30", "2025-3-1", "21.03.2025", "2025-03-21T25", "||", "||+1d", "2025||x", "99999999999999999999", "2025-03-21T10:11:12.5.6"} {
		if first, last, err := query.Dates(text, now); err == nil {
			t.Errorf("%q is read as %v to %v", text, first, last)
		}
	}
}

func TestTranslateRegexp(t *testing.T) {
	for _, c := range []struct{ pattern, match, refuse string }{
		{`abc`, "abc", "xabc abcx"},
		{`a.c`, "abc a\nc a.c", "ac"},
		{`^a$`, "^a$", "a"},
		{`a@b~c&d#e<1-3>`, "a@b~c&d#e<1-3>", "ab"},
		{`"a.c*"+`, "a.c* a.c*a.c*", "abc"},
		{`a|b|cd`, "a b cd", "ad c"},
		{`(a|b)*c`, "c abac", "ab"},
		{`a**`, "a aaa", "b"},
		{`a+?b`, "b ab aab", "c"},
		{`a{2}b{1,2}c{1,}`, "aabc aabbccc", "abc aabbb"},
		{`[a-c]x[^a-c]`, "axd cx-", "dxd axa"},
		{`[]a]`, "] a", "b"},
		{`[a\-z]`, "a - z", "b"},
		{`[-a]`, "- a", "b"},
		{`[a-]`, "- a", "b"},
		{`[\]\\]`, `] \`, "a"},
		{`[[:alpha:]]`, `[] a] :]`, "b b]"},
		{`[a&&b]`, "& a b", "c"},
		{`\d\w\s?\D`, "1a- 1a|", "aa- 1a"},
		{`[\d]`, "7", "d"},
		{`\.\*\n\t`, ".*nt", "a"},
		{`https?:\/\/x`, "http://x https://x", "http:x"},
		{`()a`, "a", "b"},
		{`é.`, "éü", "é"},
	} {
		translated, err := query.TranslateRegexp(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		re := regexp.MustCompile(translated)
		for _, text := range strings.Split(c.match, " ") {
			if !re.MatchString(text) {
				t.Errorf("%s (%s) does not match %q", c.pattern, translated, text)
			}
		}
		for _, text := range strings.Split(c.refuse, " ") {
			if re.MatchString(text) {
				t.Errorf("%s (%s) matches %q", c.pattern, translated, text)
			}
		}
	}
}

func TestAddrs(t *testing.T) {
	for text, want := range map[string]string{
		"10.1.2.3":            "10.1.2.3 10.1.2.3",
		"10.1.2.3/8":          "10.0.0.0 10.255.255.255",
		"10.1.2.3/31":         "10.1.2.2 10.1.2.3",
		"::ffff:10.1.2.3":     "10.1.2.3 10.1.2.3",
		"::ffff:10.0.0.0/104": "10.0.0.0 10.255.255.255",
		"2001:db8::/33":       "2001:db8:: 2001:db8:7fff:ffff:ffff:ffff:ffff:ffff",
	} {
		first, last, ok := query.Addrs(text)
		if got := fmt.Sprint(first, last); !ok || got != want {
			t.Errorf("%s: %s %v, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "10.1.2", "10.1.2.3/", "10.1.2.3/33", "fe80::1%eth0", "x", "010.1.1.1"} {
		if _, _, ok := query.Addrs(text); ok {
			t.Errorf("%q is read as an address", text)
		}
	}
}

func TestFields(t *testing.T) {
	for field, want := range map[string]query.Type{
		"port": query.TypeInteger, "ip": query.TypeIP, "host": query.TypeKeyword, "scan_date": query.TypeDate,
		"http.title": query.TypeText, "http.title.keyword": query.TypeKeyword, "http": query.TypeObject,
		"http.headers.server": query.TypeText, "http.headers.x.y": query.TypeText, "http.headers.server.keyword": query.TypeKeyword,
		"http.favicon.hash_sha256": query.TypeKeyword, "http.favicon.image": query.TypeBinary,
		"cve.base_score": query.TypeFloat, "cve.has_exploit": query.TypeBoolean,
		"tag.nginx.version": query.TypeVersion, "tag.next.js.version": query.TypeVersion, "tag.version": query.TypeText,
		"certificate.chain.subject.country": query.TypeKeyword, "whois.related_nets.start_ip": query.TypeIP,
		"ssh.banner": query.TypeText, "ssh": query.TypeObject, "certificate.chain.validity": query.TypeObject, "redis.version": query.TypeVersion, "redis.keys": query.TypeInteger,
		"certificate.extensions.key_usage.crl_sign": query.TypeBoolean, "nosuch.banner": query.TypeText, "ssh.key.fingerprint_sha256": query.TypeKeyword, "dns.answer.ip": query.TypeIP,
	} {
		if got := query.Fields(field); got != want {
			t.Errorf("%s is %s, want %s", field, got, want)
		}
	}
}

func TestTypeOfValue(t *testing.T) {
	for _, c := range []struct {
		field string
		value any
		want  query.Type
	}{
		{"x.y", "a", query.TypeText},
		{"x.y", 1.0, query.TypeFloat},
		{"x.y", true, query.TypeBoolean},
		{"cve.base_score", "9.8", query.TypeFloat},
		{"host", 7.0, query.TypeKeyword},
	} {
		if got := query.TypeOf(c.field, c.value); got != c.want {
			t.Errorf("%s = %v is %s, want %s", c.field, c.value, got, c.want)
		}
	}
}

// Each default field is mapped, and each type of the mapping is a known one.
func TestMapping(t *testing.T) {
	known := []query.Type{query.TypeText, query.TypeKeyword, query.TypeIP, query.TypeDate, query.TypeBoolean, query.TypeInteger, query.TypeFloat, query.TypeVersion, query.TypeBinary, query.TypeObject}
	mapping := query.Mapping()
	for field, typ := range mapping {
		if !slices.Contains(known, typ) {
			t.Errorf("%s has the unknown type %q", field, typ)
		}
	}
	for _, field := range query.DefaultFields() {
		if _, ok := query.Mapped(field); !ok {
			t.Errorf("default field %s is not mapped", field)
		}
	}
	delete(mapping, "port")
	if _, ok := query.Mapped("port"); !ok {
		t.Error("a caller can change the mapping")
	}
}

func TestLeaves(t *testing.T) {
	var doc map[string]any
	if err := decode(`{"b": [1, {"c": null, "d": ["x", ["y"]]}], "a.z": true, "e": {}, "f": []}`, false, &doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for path, value := range query.Leaves(doc) {
		got = append(got, fmt.Sprint(path, "=", value))
	}
	if want := []string{"a.z=true", "b=1", "b.d=x", "b.d=y"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for path := range query.Leaves(doc) {
		if path != "a.z" {
			t.Errorf("first leaf is %s", path)
		}
		break
	}
}

func TestGlobParts(t *testing.T) {
	got := query.ParseGlob(`a\*b?**c\`)
	want := []query.Glob{{Text: "a*b"}, {One: true}, {Any: true}, {Text: "c"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Hand-made trees mean what the documentation of Boolean says.
func TestHandMadeBoolean(t *testing.T) {
	term := func(value string) query.Node { return &query.Term{Field: "prot4", Value: value} }
	doc := map[string]any{"prot4": []any{"a", "b"}}
	for _, c := range []struct {
		root query.Node
		text string
		want bool
	}{
		{&query.Boolean{}, "*", true},
		{nil, "", true},
		{&query.Boolean{Must: []query.Node{term("a")}, Should: []query.Node{term("c")}}, "prot4:a AND (prot4:c)", false},
		{&query.Boolean{Must: []query.Node{term("a")}, Should: []query.Node{term("c"), term("b")}}, "prot4:a AND (prot4:c OR prot4:b)", true},
		{&query.Boolean{Should: []query.Node{term("b")}, MustNot: []query.Node{term("a")}}, "(prot4:b) AND NOT prot4:a", false},
	} {
		q := &query.Query{Root: c.root}
		if got := q.Match(doc); got != c.want {
			t.Errorf("%s: %v", c.text, got)
		}
		if c.root != nil && q.String() != c.text {
			t.Errorf("prints %s, want %s", q, c.text)
		}
	}
}

// One Query serves many goroutines (run with -race).
func TestQueryIsShared(t *testing.T) {
	q, err := query.Parse(`http.title:/gr.*/ AND host:*.example.com AND @timestamp:<now AND \*.banner:x~1`)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := decode(`{"http": {"title": "Grafana"}, "host": "a.example.com", "@timestamp": "2020-01-01T00:00:00Z", "ssh": {"banner": "xy"}}`, true, &doc); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if !q.Match(doc) {
					t.Error("no match")
				}
			}
		})
	}
	wait.Wait()
}

// distance is the textbook optimal string alignment, to check the banded one.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(replace, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

func TestFuzzyEqualsTextbookDistance(t *testing.T) {
	var words []string
	for n := range 243 { // all words of five letters over a, b, c, and their beginnings
		word := ""
		for i := range 5 {
			word += string("abc"[(n/[]int{1, 3, 9, 27, 81}[i])%3])
		}
		words = append(words, word[:2+n%4], word)
	}
	for _, wanted := range words {
		for limit := range 3 {
			q := &query.Query{Root: &query.Fuzzy{Field: "host", Value: wanted, Distance: limit}}
			for _, word := range words[:120] {
				near := distance(wanted, word) <= limit
				if got := q.Match(map[string]any{"host": word}); got != near {
					t.Fatalf("%s~%d on %s: %v", wanted, limit, word, got)
				}
			}
		}
	}
}
