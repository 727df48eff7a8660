package scanner_test

import (
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

var _ scanner.Judge = (*check.Library)(nil)

// TestFindings lets the real checks judge what the real probes learn of flawed servers.
func TestFindings(t *testing.T) {
	library, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"/": "hi", "/.env": "A=1\nB=2\n", "/.git/HEAD": "ref: refs/heads/main\n", "/.git/config": "[core]\n\trepositoryformatversion = 0\n"}
	site := func(w http.ResponseWriter, r *http.Request) {
		body, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, body)
	}
	list := []int{listen(t, "127.0.0.1:0", redis), web(t, site, true)}
	found := run(t, scanner.Config{Probes: all.Probes(), Checks: library}, task(ports(list...), "127.0.0.1"))
	var rules []string
	for _, f := range found.findings {
		rules = append(rules, f.Rule)
	}
	for _, want := range []string{"redis.no-auth", "http.env-exposed", "http.git-exposed"} {
		if !slices.Contains(rules, want) {
			t.Errorf("%s is missing in %v", want, rules)
		}
	}
	// httptest's certificate is its own authority's, and good for 127.0.0.1.
	if slices.Contains(rules, "tls.cert-name-mismatch") || slices.Contains(rules, "redis.exposed") {
		t.Errorf("too much in %v", rules)
	}
}
