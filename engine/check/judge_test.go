package check_test

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
)

// redisResponse is what the probe of Redis learns from an open server.
func redisResponse(e engine.Endpoint) engine.Response {
	r := engine.NewResponse(e, "redis", "redis", "", time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC))
	r.Blocks["redis"] = struct {
		Ping    string `json:"ping_response"`
		Auth    bool   `json:"auth_required"`
		Version string `json:"version"`
	}{"PONG", false, "7.2.4"}
	return r
}

func cache() engine.Endpoint {
	return engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.10"), Port: 6379, Transport: engine.TCP, Target: "192.0.2.0/24"}
}

func TestJudge(t *testing.T) {
	findings, err := load(t).Judge(redisResponse(cache()))
	if err != nil || len(findings) != 1 {
		t.Fatalf("%v, %v; want one finding", findings, err)
	}
	f := findings[0]
	if f.Rule != "redis.no-auth" || f.Severity != engine.Critical || f.Title == "" || f.Host != "192.0.2.10" || f.IP != "192.0.2.10" ||
		f.Port != 6379 || f.Protocol != "redis" || f.Path != "" || f.URI != "redis://192.0.2.10:6379" || f.Target != "192.0.2.10" {
		t.Errorf("%+v", f)
	}
	if f.Fingerprint != engine.Fingerprint("redis.no-auth", "192.0.2.10", 6379, "redis", "") {
		t.Errorf("fingerprint %s", f.Fingerprint)
	}
	if f.Evidence != "redis.ping_response: PONG\nredis.version: 7.2.4" {
		t.Errorf("evidence %q", f.Evidence)
	}
	if !strings.Contains(f.Remedy, "\n\n    # redis.conf\n    bind") || !strings.Contains(f.Description, "\n\nWhoever") {
		t.Errorf("texts are not joined: %q, %q", f.Description, f.Remedy)
	}
	if f.References == nil || f.CWE == nil || f.Tags == nil {
		t.Errorf("a list is nil: %+v", f)
	}
}

// TestFingerprintOfNames: the same name has the same finding whatever its address.
func TestFingerprintOfNames(t *testing.T) {
	library := load(t)
	var prints []string
	for _, address := range []string{"192.0.2.10", "2001:db8::10"} {
		e := engine.Endpoint{Addr: netip.MustParseAddr(address), Port: 6379, Transport: engine.TCP, Target: "Cache.example.com.", Name: "cache.example.com"}
		findings, err := library.Judge(redisResponse(e))
		if err != nil || len(findings) != 1 {
			t.Fatalf("%v, %v", findings, err)
		}
		if findings[0].Target != "cache.example.com" {
			t.Errorf("target %s", findings[0].Target)
		}
		prints = append(prints, findings[0].Fingerprint)
	}
	if prints[0] != prints[1] {
		t.Errorf("fingerprints %v differ", prints)
	}
}

func TestJudgeFindsNothing(t *testing.T) {
	e := cache()
	findings, err := load(t).Judge(engine.NewResponse(e, "unknown", "unknown", "", time.Now()))
	if err != nil || findings == nil || len(findings) != 0 {
		t.Errorf("%#v, %v; want an empty list that is not nil", findings, err)
	}
}

func TestJudgeTellsWhatCannotBeJudged(t *testing.T) {
	r := engine.NewResponse(cache(), "redis", "redis", "", time.Now())
	r.Blocks["redis"] = make(chan int)
	if _, err := load(t).Judge(r); err == nil || !strings.Contains(err.Error(), "redis://192.0.2.10:6379") {
		t.Errorf("error %v, want it to name the response", err)
	}
}

// TestDatesAreJudgedWhenSeen: a check may compare with now, which is when the
// response was seen, so that the verdict never changes.
func TestDatesAreJudgedWhenSeen(t *testing.T) {
	library, err := read(strings.Replace(good, "redis.version:7", `certificate.validity.end:<now`, 1))
	if err != nil {
		t.Fatal(err)
	}
	for seen, want := range map[string]int{"2026-03-14T09:00:00.000Z": 0, "2026-03-16T09:00:00.000Z": 1, "": 0} {
		r := engine.Response{LastUpdate: seen, Blocks: map[string]any{"certificate": map[string]any{"validity": map[string]any{"end": "2026-03-15T00:00:00Z"}}}}
		if findings, err := library.Judge(r); err != nil || len(findings) != want {
			t.Errorf("seen %q: %d findings, %v; want %d", seen, len(findings), err, want)
		}
	}
}

func TestSecretsAreNotEvidence(t *testing.T) {
	library := load(t)
	for id, sample := range map[string]check.Sample{
		"http.env-exposed":     {"path": "/.env", "http": map[string]any{"status_code": 200, "body": "A=hunter2\nexport B_KEY='hunter2'\n-----BEGIN hunter2-----\nhunter2\nC=-----BEGIN KEY-----\nhunter2==\nD = x;hunter2\n"}},
		"http.git-exposed":     {"path": "/.git/config", "http": map[string]any{"status_code": 200, "body": "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = https://u:hunter2@git.example.com/\n[url \"https://hunter2@git.example.com/\"]\n\tinsteadOf = https://git.example.com/\n"}},
		"http.cookie-insecure": {"protocol": "https", "path": "/", "http": map[string]any{"headers": map[string]any{"set_cookie": []any{"session=hunter2; Path=/", "a=hunter2"}}}},
	} {
		found := false
		for _, f := range judge(t, library, sample) {
			if strings.Contains(f.Evidence, "hunter2") {
				t.Errorf("%s shows a secret: %q", f.Rule, f.Evidence)
			}
			found = found || f.Rule == id && strings.Contains(f.Evidence, "***")
		}
		if !found {
			t.Errorf("%s finds nothing, or shows no name", id)
		}
	}
}

// TestEvidenceIsBounded in characters, and cut between them.
func TestEvidenceIsBounded(t *testing.T) {
	library, err := read(strings.NewReplacer("redis.version:7", "redis.a:*", "[redis.version]", "[redis.a, redis.b, redis.c, redis.d]").Replace(good))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("漢", 10_000)
	findings := judge(t, library, check.Sample{"redis": map[string]any{"a": long, "b": []any{1, true, "x"}, "c": long, "d": long}})
	if len(findings) != 1 {
		t.Fatalf("%d findings", len(findings))
	}
	evidence := findings[0].Evidence
	if n := utf8.RuneCountInString(evidence); n > 500 || n < 450 || !utf8.ValidString(evidence) {
		t.Errorf("evidence of %d characters", n)
	}
	if !strings.Contains(evidence, "\nredis.b: 1, true, x\n") {
		t.Errorf("a long value leaves no room for the others: %q", evidence)
	}
}

// TestConfirm: the second look counts, looks through lists and leaves out.
func TestConfirm(t *testing.T) {
	const extra = "confirm: [{field: list.item, pattern: '(?m)^a=', without: 'secure', count: 2}]\nevidence:"
	library, err := read(strings.NewReplacer("redis.version:7", "list:*", "evidence:", extra).Replace(good))
	if err != nil {
		t.Fatal(err)
	}
	item := func(s string) any { return map[string]any{"item": s} }
	tests := []struct {
		list []any
		want int
	}{
		{[]any{item("a=1\nb=2\na=3")}, 1},
		{[]any{item("a=1"), item("a=2")}, 1},
		{[]any{item("a=1"), item("a=2 secure")}, 0},
		{[]any{item("a=1\nba=2")}, 0},
		{[]any{item("x"), "y", nil, 7}, 0},
	}
	for _, test := range tests {
		if got := len(judge(t, library, check.Sample{"list": test.list})); got != test.want {
			t.Errorf("%v: %d findings, want %d", test.list, got, test.want)
		}
	}
}

// TestOneProblemOneFinding: checks that are about the same do not report twice.
func TestOneProblemOneFinding(t *testing.T) {
	library := load(t)
	rivals := [][2]string{
		{"redis.no-auth", "redis.exposed"}, {"tls.cert-self-signed", "tls.cert-untrusted"}, {"tls.cert-expired", "tls.cert-expiring-soon"},
		{"tls.no-tls12", "tls.no-tls13"}, {"http.no-hsts", "http.hsts-short"},
	}
	for _, pair := range rivals {
		for _, id := range pair {
			c, ok := library.Check(id)
			if !ok {
				t.Fatalf("no check %s", id)
			}
			for _, sample := range c.Samples.Match {
				if finds(t, library, pair[0], sample) && finds(t, library, pair[1], sample) {
					t.Errorf("%v both find %v", pair, sample)
				}
			}
		}
	}
}

// TestRulesComeInOrder: the same response gives the same list.
func TestRulesComeInOrder(t *testing.T) {
	library := load(t)
	for _, c := range library.Checks() {
		for _, sample := range c.Samples.Match {
			findings := judge(t, library, sample)
			if !slices.IsSortedFunc(findings, func(a, b engine.Finding) int { return strings.Compare(a.Rule, b.Rule) }) {
				t.Errorf("findings of %v are not in order", sample)
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := check.Read(os.DirFS("library")); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJudge judges a page of the largest size that is stored.
func BenchmarkJudge(b *testing.B) {
	library := load(b)
	page := engine.NewResponse(cache(), "http", "https", "/", time.Now())
	page.Blocks["http"] = map[string]any{
		"status_code": 200, "title": "Shop", "body": strings.Repeat("<p>Twenty words of text about nothing at all.</p>\n", 2000),
		"headers": map[string][]string{"content_type": {"text/html"}, "server": {"nginx/1.18.0"}},
	}
	for name, r := range map[string]engine.Response{"redis": redisResponse(cache()), "page of 100 KB": page} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := library.Judge(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
