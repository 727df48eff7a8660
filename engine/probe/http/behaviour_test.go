package http_test

import (
	"fmt"
	"io"
	nethttp "net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/http"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// mostRequests is what one web server may be asked for: its main page and icon, what
// should not be there, and how it behaves.
const mostRequests = 25

func visit(t *testing.T, handler nethttp.Handler) engine.Response {
	t.Helper()
	result := (http.Probe{}).Run(t.Context(), probetest.NewDialer(serve(handler)), probetest.Endpoint())
	if len(result.Responses) == 0 {
		t.Fatalf("%+v", result)
	}
	return result.Responses[0]
}

func website(t *testing.T, handler nethttp.Handler) http.Website {
	t.Helper()
	site, ok := visit(t, handler).Blocks["website"].(*http.Website)
	if !ok {
		t.Fatal("nothing is said of the website")
	}
	return *site
}

func TestBehaviour(t *testing.T) {
	tests := map[string]struct {
		handler nethttp.HandlerFunc
		want    http.Website
	}{
		"nothing": {func(w nethttp.ResponseWriter, r *nethttp.Request) { nethttp.NotFound(w, r) }, http.Website{}},
		"trace": {func(w nethttp.ResponseWriter, r *nethttp.Request) {
			if r.Method == nethttp.MethodTrace {
				w.Header().Set("Content-Type", "message/http")
				_, _ = fmt.Fprintf(w, "TRACE / HTTP/1.1\r\nUser-Agent: %s\r\n\r\n", r.UserAgent())
			}
		}, http.Website{Trace: true}},
		"a page that quotes the request": {func(w nethttp.ResponseWriter, r *nethttp.Request) {
			_, _ = fmt.Fprintf(w, "<p>%s %s by %s is no page", r.Method, r.URL.Path, r.UserAgent())
		}, http.Website{}},
		"any origin with cookies": {func(w nethttp.ResponseWriter, r *nethttp.Request) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		}, http.Website{ReflectsOrigin: true, OriginCredentials: true}},
		"any origin without": {func(w nethttp.ResponseWriter, r *nethttp.Request) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		}, http.Website{ReflectsOrigin: true}},
		"everybody": {func(w nethttp.ResponseWriter, _ *nethttp.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		}, http.Website{}},
		"django": {func(w nethttp.ResponseWriter, _ *nethttp.Request) {
			w.WriteHeader(404)
			_, _ = io.WriteString(w, "<p>You're seeing this error because you have <code>DEBUG = True</code> in")
		}, http.Website{DebugPage: "django"}},
		"an article about django": {func(w nethttp.ResponseWriter, _ *nethttp.Request) {
			_, _ = io.WriteString(w, "<p>You're seeing this error because you have <code>DEBUG = True</code> in")
		}, http.Website{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := website(t, tt.handler)
			if got.SecurityTxt == nil || *got.SecurityTxt {
				t.Errorf("security.txt: %v", got.SecurityTxt)
			}
			got.SecurityTxt = nil
			if got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestSecurityTxt(t *testing.T) {
	isThere, isMissing := true, false
	for body, want := range map[string]http.Website{
		"Contact: mailto:a@example.com\nExpires: 2027-01-31T12:00:00z\n":          {SecurityTxt: &isThere, SecurityExpires: "2027-01-31T12:00:00Z"},
		"# ours\r\ncontact: https://example.com/\r\nexpires: next year\r\n":       {SecurityTxt: &isThere},
		"Expires: 2027-01-31T12:00:00Z\n":                                         {SecurityTxt: &isMissing},
		"<html><pre>\nContact: mailto:a@example.com\n":                            {SecurityTxt: &isMissing},
		"=> https://www.example.com/.well-known/security.txt":                     {},
		"Contact: mailto:a@example.com\nExpires: 2027-01-31T14:00:00.500+02:00\n": {SecurityTxt: &isThere, SecurityExpires: "2027-01-31T12:00:00Z"},
	} {
		got := website(t, site(map[string]string{"/": "hi", "/.well-known/security.txt": body}))
		if (got.SecurityTxt == nil) != (want.SecurityTxt == nil) || got.SecurityTxt != nil && *got.SecurityTxt != *want.SecurityTxt || got.SecurityExpires != want.SecurityExpires {
			t.Errorf("%q: %v %q", body, got.SecurityTxt, got.SecurityExpires)
		}
	}
}

func TestResources(t *testing.T) {
	const page = `<script src="https://cdn.example.net/a.js"></script><script src="//cdn.example.net/b.js" integrity="sha384-x"></script>
		<script src="/own.js"></script><script src="http://192.0.2.10:4711/own.js"></script><link rel="stylesheet" href="http://cdn.example.net/c.css"><img src="http://cdn.example.net/d.png">`
	got, ok := visit(t, site(map[string]string{"/": page})).Blocks["resources"].(*http.Resources)
	if !ok || !slices.Equal(got.Unpinned, []string{"https://cdn.example.net/a.js"}) || got.Insecure != nil {
		t.Errorf("%+v; a page in clear may have others in clear", got)
	}
	result := http.New(secure).RunTLS(t.Context(), probetest.NewDialer(serve(site(map[string]string{"/": page}))), probetest.Endpoint())
	got, ok = result.Responses[0].Blocks["resources"].(*http.Resources)
	if !ok || !slices.Equal(got.Insecure, []string{"http://192.0.2.10:4711/own.js", "http://cdn.example.net/c.css"}) {
		t.Errorf("%+v", got)
	}
	if r := visit(t, site(map[string]string{"/": "<script>own</script>"})); r.Blocks["resources"] != nil {
		t.Errorf("%+v of a page that fetches nothing", r.Blocks["resources"])
	}
}

// TestRequestsAreFew counts what a server is asked for, and that one that answers all paths
// alike is asked for little.
func TestRequestsAreFew(t *testing.T) {
	for name, tt := range map[string]struct {
		handler nethttp.HandlerFunc
		most    int
	}{
		"nothing there":  {nethttp.NotFound, mostRequests},
		"a page for all": {func(w nethttp.ResponseWriter, _ *nethttp.Request) { _, _ = io.WriteString(w, "<html>hi") }, mostRequests},
		"everything is elsewhere": {func(w nethttp.ResponseWriter, r *nethttp.Request) {
			nethttp.Redirect(w, r, "https://name.invalid/", nethttp.StatusMovedPermanently)
		}, 10},
		"a login for all": {func(w nethttp.ResponseWriter, _ *nethttp.Request) { w.WriteHeader(401) }, 10},
	} {
		var lock sync.Mutex
		var paths []string
		visit(t, nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
			lock.Lock()
			paths = append(paths, r.Method+" "+r.URL.Path)
			lock.Unlock()
			tt.handler(w, r)
		}))
		if len(paths) > tt.most {
			t.Errorf("%s: %d requests, at most %d: %v", name, len(paths), tt.most, paths)
		}
		if slices.ContainsFunc(paths, func(p string) bool { return !strings.HasPrefix(p, "GET ") && p != "TRACE /" }) {
			t.Errorf("%s: %v", name, paths)
		}
	}
}

// FuzzRedactions wants nothing of a value that is secret to be kept, whatever stands around it.
func FuzzRedactions(f *testing.F) {
	f.Add("keeper", ":$apr1$")
	f.Add("define('DB_PASSWORD', '", "');\n")
	f.Add("export A = \"", "\"\n\x00\xff")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "zebra-7f1e"
		for name, redact := range http.Redactions() {
			for _, text := range []string{before + ":" + secret + after, before + "= " + secret + after, "define('DB_X', '" + before + secret + after + "')"} {
				if strings.Contains(before+after, "zebra") {
					continue
				}
				if kept := string(redact([]byte(text))); strings.Contains(kept, secret) {
					t.Errorf("%s keeps %q of %q", name, kept, text)
				}
			}
		}
	})
}
