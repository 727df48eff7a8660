package http_test

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/http"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// tagsOf gives what a page with a head and a body is made with: "nginx/1.22.1".
func tagsOf(t testing.TB, head, body string) []string {
	t.Helper()
	answer := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n%s\r\n%s", len(body), head, body)
	result := (http.Probe{}).Run(t.Context(), probetest.NewDialer(probetest.Site(map[string][]byte{"/": []byte(answer), "": []byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")})), probetest.Endpoint())
	if len(result.Responses) != 1 {
		t.Fatalf("%+v", result)
	}
	names := []string{}
	for _, tag := range result.Responses[0].Tags {
		names = append(names, strings.TrimSuffix(tag.Name+"/"+tag.Version, "/"))
	}
	return names
}

func TestTechnologies(t *testing.T) {
	for name, tt := range map[string]struct {
		head, body string
		want       []string
	}{
		"stack":          {"Server: Apache/2.4.57 (Debian) OpenSSL/3.0.9 PHP/8.2.7\r\nX-Powered-By: PHP/8.2.7\r\n", "", []string{"apache/2.4.57", "php/8.2.7", "openssl/3.0.9"}},
		"WordPress":      {"Server: nginx\r\n", `<meta name="generator" content="WordPress 6.4.1"><script src="/wp-includes/js/jquery/jquery.min.js?ver=3.7.1"></script>`, []string{"nginx", "jquery/3.7.1", "wordpress/6.4.1"}},
		"no generator":   {"", `<link href="/wp-content/themes/a.css">`, []string{"wordpress"}},
		"cookies":        {"Set-Cookie: PHPSESSID=1; path=/\r\nSet-Cookie: laravel_session=2\r\n", "", []string{"php", "laravel"}},
		"headers alone":  {"CF-RAY: 1\r\nX-Varnish: 2\r\nX-AspNet-Version: 4.0.30319\r\n", "", []string{"varnish", "cloudflare", "aspnet/4.0.30319"}},
		"Grafana":        {"", `<title>Grafana</title><script>window.grafanaBootData={"settings":{"buildInfo":{"hideVersion":false,"version":"9.3.6","commit":"9"}}}</script>`, []string{"grafana/9.3.6"}},
		"Confluence":     {"X-Confluence-Request-Time: 1\r\n", `<meta name="ajs-version-number" content="7.13.7">`, []string{"atlassian_confluence/7.13.7"}},
		"Tomcat":         {"", "<title>Apache Tomcat/9.0.70</title>", []string{"apache_tomcat/9.0.70"}},
		"ASA":            {"", `<script>document.location.replace("/+CSCOE+/logon.html")</script>`, []string{"cisco-asa"}},
		"a page on them": {"Server: x\r\n", "<title>How to run nginx, Grafana and Apache Tomcat/9.0.70 behind Vault</title>Powered by PHP/7 and WordPress 5", []string{}},
		"names in names": {"Server: notnginx/1.0 superphp\r\n", "", []string{}},
	} {
		if got := tagsOf(t, tt.head, tt.body); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// TestTechnologiesAreWell: every line can be read, and no expression begins with
// what any page holds.
func TestTechnologiesAreWell(t *testing.T) {
	seen := map[string]bool{}
	version := strings.NewReplacer("{v}", `(\d+(?:\.\d+)*[a-z]?)`)
	for number, line := range strings.Split(http.TechnologyLines(), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.SplitN(line, " | ", 5)
		if len(fields) != 5 || seen[fields[0]] || fields[2] == "" || fields[3] != "-" && strings.Count(fields[3], ":") != 1 {
			t.Errorf("line %d: %q", number+1, line)
			continue
		}
		seen[fields[0]] = true
		for _, mark := range strings.Split(fields[4], " ;; ") {
			place, expression, _ := strings.Cut(mark, " ")
			if _, err := regexp.Compile(version.Replace(expression)); err != nil {
				t.Errorf("line %d: %v", number+1, err)
			}
			if literal := http.LiteralOf(expression); place == "body" && len(literal) < 4 || place == "script" && len(literal) < 3 {
				t.Errorf("line %d: %q begins with %q, which is too little", number+1, expression, literal)
			}
		}
	}
	if len(seen) < 150 {
		t.Errorf("%d technologies", len(seen))
	}
}

// TestTechnologiesCostLittle: what is embedded is read once, in less than 30 ms and
// 10 MB, and a full page is judged in no time.
func TestTechnologiesCostLittle(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	n := http.ReadTechnologies()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	t.Logf("%d technologies in %s, %d KB", n, took, (after.TotalAlloc-before.TotalAlloc)>>10)
	if after.TotalAlloc-before.TotalAlloc > 10<<20 || took > 300*time.Millisecond { // ten times what it may take, on a busy machine
		t.Errorf("%s and %d KB", took, (after.TotalAlloc-before.TotalAlloc)>>10)
	}
}

func BenchmarkTechnologies(b *testing.B) {
	body := "<title>Shop</title><script src=/jquery-3.7.1.min.js></script>" + strings.Repeat("<p class=a>All the news that is fit to print, and some that is not.</p>\n", 1400)
	for b.Loop() {
		tagsOf(b, "Server: nginx/1.22.1\r\n", body)
	}
}
