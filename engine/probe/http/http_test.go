package http_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/http"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

const icon = "\x89PNG\r\n\x1a\n...."

// serve is a web server on each connection.
func serve(handler nethttp.Handler) probetest.Peer {
	return func(conn net.Conn) {
		request, err := nethttp.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		_ = recorder.Result().Write(conn)
	}
}

// site answers paths with pages, anything else with a page that is not there.
func site(pages map[string]string) nethttp.Handler {
	return nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		body, ok := pages[r.URL.Path]
		if !ok {
			nethttp.NotFound(w, r)
			return
		}
		if to, isRedirect := strings.CutPrefix(body, "=> "); isRedirect {
			nethttp.Redirect(w, r, to, nethttp.StatusFound)
			return
		}
		w.Header().Set("Server", "nginx/1.18.0 (Ubuntu)")
		w.Header().Set("X-Powered-By", "PHP/7.4.3")
		w.Header().Set("X-Odd", "1")
		w.Header().Set("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT")
		_, _ = io.WriteString(w, body)
	})
}

func block(t *testing.T, r engine.Response) *web.Block {
	t.Helper()
	b, ok := r.Blocks["http"].(*web.Block)
	if !ok {
		t.Fatalf("no block in %v", r.Blocks)
	}
	return b
}

func uris(rs []engine.Response) []string {
	list := make([]string, len(rs))
	for i, r := range rs {
		list[i] = r.URI
	}
	return list
}

const home = `<!DOCTYPE html><html><head><title>Welcome to
  nginx &amp; more</title><meta name="description" content="A page"><meta name="generator" content="WordPress 6.4.1">
<link rel="shortcut icon" href="/img/icon.png"></head><body>mail admin@example.com</body></html>`

func TestPage(t *testing.T) {
	pages := map[string]string{"/": home, "/img/icon.png": icon}
	probetest.Run(t, http.Probe{}, probetest.Recording{Peer: serve(site(pages)), Base: "http", Protocol: "http", Check: func(t *testing.T, rs []engine.Response) {
		b, sum := block(t, rs[0]), sha256.Sum256([]byte(home))
		switch {
		case rs[0].URI != "http://192.0.2.10:4711/", rs[0].Path != "/", len(rs) != 1:
			t.Errorf("%v", uris(rs))
		case b.StatusCode != 200, b.StatusLine != "200 OK", b.Version.Name != "HTTP/1.1", b.Body != home, b.BodySHA256 != hex.EncodeToString(sum[:]):
			t.Errorf("%+v", b)
		case b.Title != "Welcome to nginx & more", b.Description != "A page", b.Contacts.Emails[0] != "admin@example.com":
			t.Errorf("%+v", b)
		case b.Headers["server"][0] != "nginx/1.18.0 (Ubuntu)", b.UnknownHeaders[0].Key != "x_odd", b.UnknownHeaders[0].Value[0] != "1":
			t.Errorf("headers %v %v", b.Headers, b.UnknownHeaders)
		case b.Favicon == nil, b.Favicon.Path != "/img/icon.png", len(b.Favicon.SHA256) != 64:
			t.Errorf("icon %+v", b.Favicon)
		}
		versions := map[string]string{}
		for _, tag := range rs[0].Tags {
			versions[tag.Name] = tag.Version
		}
		if versions["nginx"] != "1.18.0" || versions["php"] != "7.4.3" || versions["wordpress"] != "6.4.1" {
			t.Errorf("tags %v", versions)
		}
	}})
}

func TestRedirects(t *testing.T) {
	pages := map[string]string{"/": "=> /a", "/a": "=> b?x=1", "/b": "=> http://192.0.2.10:4711/c", "/c": "=> /d", "/d": "=> /e", "/e": "=> /f", "/f": "never seen"}
	probetest.Run(t, http.Probe{}, probetest.Recording{Peer: serve(site(pages)), Base: "http", Protocol: "http", Check: func(t *testing.T, rs []engine.Response) {
		want := []string{"/", "/a", "/b?x=1", "/c", "/d", "/e"}
		for i, r := range rs {
			if r.Path != want[i] || len(r.Referer) != i {
				t.Errorf("document %d: path %s, referer %v", i, r.Path, r.Referer)
			}
		}
		if len(rs) != len(want) || !slices.Equal(rs[2].Referer, []string{"http://192.0.2.10:4711/", "http://192.0.2.10:4711/a"}) {
			t.Errorf("%v, referer %v", uris(rs), rs[2].Referer)
		}
	}})
}

// TestRedirectsThatAreNotFollowed plays servers that send their reader astray.
func TestRedirectsThatAreNotFollowed(t *testing.T) {
	for _, to := range []string{"/", "file:///etc/passwd", "http://name.invalid/", "http://[fe80::1%25eth0]/", "http://192.0.2.10:0/", "http://a b/", "javascript:1", "/" + strings.Repeat("a", 5000), "http://192.0.2.10:4711/%zz"} {
		d := probetest.NewDialer(serve(site(map[string]string{"/": "=> " + to})))
		if result := (http.Probe{}).Run(t.Context(), d, probetest.Endpoint()); len(result.Responses) != 1 {
			t.Errorf("%q: %v", to, uris(result.Responses))
		}
	}
}

const gitConfig = "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = https://bot:ghp_secret@github.com/x/y.git\n"

func TestExposures(t *testing.T) {
	env := "DB_PASSWORD=hunter2\n# old: sesame\nexport API_KEY = 'abc'\nMIIEvQIBADANBgkqhkiG9w0BAQ==\nMIIEAA=\n"
	tests := map[string]struct {
		handler nethttp.Handler
		want    []string
	}{
		"all there": {site(map[string]string{
			"/": "hi", "/.git/config": gitConfig, "/.git/HEAD": "ref: refs/heads/main\n", "/.env": env,
			"/server-status": "<html><head><title>Apache Status</title></head>",
		}), []string{"/", "/.git/config", "/.git/HEAD", "/.env", "/server-status"}},
		"of a product": {site(map[string]string{
			"/": "hi", "/.htpasswd": "keeper:$apr1$hunter2$x\n", "/backup.sql": "-- MySQL dump 10.19\nINSERT INTO a VALUES ('hunter2');\n",
			"/phpinfo.php":       "<!DOCTYPE html><html><title>PHP 8.2.7 - phpinfo()</title><table><h1>PHP Version 8.2.7</h1><td>hunter2</td>",
			"/wp-config.php.bak": "<?php define('DB_USER', 'abc'); \n define( 'DB_HOST', 'x' );\n define( 'DB_PASSWORD', 'hunter2' );\n", "/trace.axd": "<h1>Application Trace</h1>",
			"/graphql": `{"data":{"__schema":{"queryType":{"name":"Query"}}}}`,
		}), []string{"/", "/.htpasswd", "/graphql?query=%7B__schema%7BqueryType%7Bname%7D%7D%7D", "/backup.sql", "/wp-config.php.bak", "/phpinfo.php"}},
		"words only": {site(map[string]string{
			"/": "hi", "/.htpasswd": "nobody here", "/backup.sql": "SELECT", "/backup.zip": "P", "/actuator": `{"_links":{"health":{"href":"/actuator/health"}}}`,
			"/metrics": "# HELP me", "/openapi.json": `{"message":"openapi"}`, "/graphql": `{"errors":["__schema"]}`, "/.svn/wc.db": "SQLite", "/.hg/requires": "store\n",
		}), []string{"/"}},
		"config without HEAD": {site(map[string]string{"/": "hi", "/.git/config": gitConfig}), []string{"/"}},
		"one line is no .env": {site(map[string]string{"/": "hi", "/.env": "a=b"}), []string{"/"}},
		"the same page for all": {nethttp.HandlerFunc(func(w nethttp.ResponseWriter, _ *nethttp.Request) {
			_, _ = io.WriteString(w, "A=1\nB=2\n[core]\n<title>Apache Status</title>")
		}), []string{"/"}},
		"a page that repeats the path": {nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
			_, _ = fmt.Fprintf(w, "A=1\nB=2\nno such path as %s\nApache Server Status for nobody", r.URL.Path)
		}), []string{"/"}},
		"a page of HTML with the words": {site(map[string]string{"/.env": "<html>A=1\nB=2\n", "/": "hi", "/.git/config": "<html>\n[core]\n", "/.git/HEAD": "ref: refs/x"}), []string{"/"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			result := (http.Probe{}).Run(t.Context(), probetest.NewDialer(serve(tt.handler)), probetest.Endpoint())
			var paths []string
			for _, r := range result.Responses {
				paths = append(paths, r.Path)
				for _, secret := range []string{"hunter2", "sesame", "abc", "MIIE", "ghp_secret"} {
					if strings.Contains(block(t, r).Body, secret) {
						t.Errorf("%s: kept the secret %s", r.Path, secret)
					}
				}
			}
			if !slices.Equal(paths, tt.want) {
				t.Errorf("%v, want %v", paths, tt.want)
			}
			if name == "all there" && !strings.Contains(block(t, result.Responses[3]).Body, "DB_PASSWORD=[redacted]") {
				t.Errorf("body %q", block(t, result.Responses[3]).Body)
			}
		})
	}
}

// TestBadRequestIsWeak plays a web server that expects TLS.
func TestBadRequestIsWeak(t *testing.T) {
	d := probetest.NewDialer(probetest.Answers(recorded(t, "plain-to-tls.bin")))
	if result := (http.Probe{}).Run(t.Context(), d, probetest.Endpoint()); result.Outcome != engine.Answered || !result.Weak {
		t.Errorf("%+v, want a weak answer", result)
	}
}

// TestProxyIsSure: a proxy says 400 to everybody, and who it is.
func TestProxyIsSure(t *testing.T) {
	d := probetest.NewDialer(probetest.Answers([]byte("HTTP/1.1 400 Bad Request\r\nServer: squid/5.7\r\nX-Squid-Error: ERR_INVALID_URL 0\r\nContent-Length: 0\r\n\r\n")))
	if result := (http.Probe{}).Run(t.Context(), d, probetest.Endpoint()); result.Outcome != engine.Answered || result.Weak || result.Responses[0].Tags[0].Version != "5.7" {
		t.Errorf("%+v, want a sure answer", result)
	}
}

// secured is a connection that says it is TLS and has a certificate.
type secured struct{ net.Conn }

func (secured) Describe(*engine.Response) {}
func (secured) Leaf() []byte              { return []byte("certificate") }

func secure(ctx context.Context, d probe.Dialer, to engine.Endpoint) (probe.Session, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	return secured{conn}, nil
}

func TestFavicon(t *testing.T) {
	picture := string(pngOf(t, slope(64)))
	pages := map[string]string{"/": `<link rel="icon" href="data:image/png;base64,AAAA">`, "/favicon.ico": picture}
	result := http.New(secure).RunTLS(t.Context(), probetest.NewDialer(serve(site(pages))), probetest.Endpoint())
	if len(result.Responses) != 1 || result.Responses[0].Protocol != "https" {
		t.Fatalf("%+v", result)
	}
	f, sum := block(t, result.Responses[0]).Favicon, sha256.Sum256([]byte(picture))
	want := web.Favicon{
		SHA256: hex.EncodeToString(sum[:]), MMH3: http.MMH3([]byte(picture)), PerceptualHash: "ffffffff00000000",
		Path: "/favicon.ico", URI: "https://192.0.2.10:4711/favicon.ico", Host: "192.0.2.10", IP: "192.0.2.10",
		Image: base64.StdEncoding.EncodeToString([]byte(picture)), LastModified: []string{"2015-10-21T07:28:00Z"}, CertMD5: "e0d30cef5c6139275b58b525001b413c",
	}
	if f == nil || !reflect.DeepEqual(*f, want) {
		t.Errorf("%+v\nwant %+v", f, want)
	}
}

// TestFaviconElsewhere: an icon of another host does not hide the one at the usual place.
func TestFaviconElsewhere(t *testing.T) {
	for _, elsewhere := range []string{"https://192.0.2.99/icon.png", "//cdn.example/icon.png", "ftp://192.0.2.10/icon.png"} {
		pages := map[string]string{"/": `<link rel="icon" href="` + elsewhere + `">`, "/favicon.ico": string(pngOf(t, slope(64)))}
		result := http.New(secure).RunTLS(t.Context(), probetest.NewDialer(serve(site(pages))), probetest.Endpoint())
		if f := block(t, result.Responses[0]).Favicon; f == nil || f.Path != "/favicon.ico" || f.Host != "192.0.2.10" {
			t.Errorf("%s: %+v", elsewhere, f)
		}
	}
}

func TestRecorded(t *testing.T) {
	for name, want := range map[string]string{
		"nginx-chunked": "nginx/1.18.0", "plain-to-tls": "nginx/1.24.0", "http10": "simplehttp/0.6 python/3.10.12", "apache": "apache/2.4.71", "lighttpd": "lighttpd/1.4.69",
		"python": "simplehttp/0.6 python/3.11.7", "node": "express/", "haproxy-stats": "haproxy/2.6.12",
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, http.Probe{}, probetest.Recording{Peer: probetest.Answers(recorded(t, name+".bin")), Base: "http", Protocol: "http", Check: func(t *testing.T, rs []engine.Response) {
				if got := said(rs[0]); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}})
		})
	}
}

// said is the tags of a response with their versions.
func said(r engine.Response) string {
	var names []string
	for _, tag := range r.Tags {
		names = append(names, tag.Name+"/"+tag.Version)
	}
	return strings.Join(names, " ")
}

// TestMissingPageNames: Tomcat's own page says what it is.
func TestMissingPageNames(t *testing.T) {
	pages := map[string][]byte{"/": []byte("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi"), "": recorded(t, "tomcat-404.bin")}
	result := (http.Probe{}).Run(t.Context(), probetest.NewDialer(probetest.Site(pages)), probetest.Endpoint())
	if len(result.Responses) != 1 || said(result.Responses[0]) != "apache_tomcat/10.1.60" {
		t.Errorf("%+v", result)
	}
}

func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// TestOddHeads: a browser reads these, so they are web servers and are judged.
func TestOddHeads(t *testing.T) {
	const body = "\r\n<title>hi</title>"
	for name, head := range map[string]string{
		"control characters":  "HTTP/1.1 200 \x1b[31mOK\r\nServer: nginx/1.18.0\x01\x07\r\n",
		"no header":           "HTTP/1.1 200 OK\r\nnonsense\r\nServer: nginx/1.18.0\r\n",
		"folded at the start": "HTTP/1.1 200 OK\r\n folded\r\nServer: nginx/1.18.0\r\n",
		"folded nonsense":     "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\nnon sense: a\r\n b\r\n",
		"space in a name":     "HTTP/1.1 200 OK\r\nX Odd: 1\r\nServer: nginx/1.18.0\r\n",
		"no CR":               "HTTP/1.1 200 OK\nServer: nginx/1.18.0\n",
		"a huge header":       "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\nX-Huge: " + strings.Repeat("a", 200<<10) + "\r\n b\r\n",
	} {
		d := probetest.NewDialer(probetest.Answers([]byte(head + body)))
		result := (http.Probe{}).Run(t.Context(), d, probetest.Endpoint())
		if result.Outcome != engine.Answered || len(result.Responses) == 0 {
			t.Errorf("%s: %v, %v", name, result.Outcome, result.Err)
			continue
		}
		b := block(t, result.Responses[0])
		if b.Title != "hi" || !slices.Equal(b.Headers["server"], []string{"nginx/1.18.0"}) || len(b.UnknownHeaders) != 0 {
			t.Errorf("%s: title %q, headers %v %d", name, b.Title, b.Headers, len(b.UnknownHeaders))
		}
	}
}

// TestRedirectsLeadNoNearer: a stranger's page must not have us ask our own network
// or machine, which a scope may well permit.
func TestRedirectsLeadNoNearer(t *testing.T) {
	for _, tt := range []struct {
		from, to   string
		isFollowed bool
	}{
		{"192.0.2.10", "192.0.2.11", true}, {"192.0.2.10", "10.0.0.1", false}, {"192.0.2.10", "127.0.0.1", false},
		{"192.0.2.10", "100.64.0.1", false}, {"192.0.2.10", "[fd00::1]", false}, {"192.0.2.10", "[::ffff:10.0.0.1]", false},
		{"2001:db8::1", "[::1]", false}, {"2001:db8::1", "[fe80::1]", false}, {"2001:db8::1", "192.0.2.11", true},
		{"10.0.0.1", "10.0.0.2", true}, {"10.0.0.1", "127.0.0.1", false}, {"10.0.0.1", "192.0.2.11", true}, {"127.0.0.1", "127.0.0.2", true},
	} {
		to := probetest.Endpoint()
		to.Addr = netip.MustParseAddr(tt.from)
		d := probetest.NewDialer(serve(site(map[string]string{"/": "=> http://" + tt.to + "/there", "/there": "hi"})))
		result := (http.Probe{}).Run(t.Context(), d, to)
		if got := len(result.Responses) == 2; got != tt.isFollowed {
			t.Errorf("%s to %s: followed %v, %v", tt.from, tt.to, got, uris(result.Responses))
		}
	}
}

// TestQueriesAreEscaped, or the request and the URI would not be what they are.
func TestQueriesAreEscaped(t *testing.T) {
	answer := []byte("HTTP/1.1 302 Found\r\nLocation: /a?b c\xff<d>\"&e=%41+f\r\nContent-Length: 0\r\n\r\n")
	result := (http.Probe{}).Run(t.Context(), probetest.NewDialer(probetest.Answers(answer)), probetest.Endpoint())
	if list := uris(result.Responses); len(list) != 2 || list[1] != "http://192.0.2.10:4711/a?b%20c%FF%3Cd%3E%22&e=%41+f" {
		t.Errorf("%q", list)
	}
}

// TestGitSecretsAreNotKept: whatever a setting is called, and wherever it stands.
func TestGitSecretsAreNotKept(t *testing.T) {
	config := "[core]\n\trepositoryformatversion = 0\n\tsshCommand = sshpass -p hunter2 ssh\n" +
		"[remote \"origin\"]\n\turl = https://bot:a@hunter2@git.example.com/x.git?private_token=hunter2\n" +
		"[sendemail]\n\tsmtpPass = hunter2\n[http] extraHeader = Authorization: hunter2\n[http]\n\tproxy = u:hunter2@proxy:3128\n" +
		"[credential]\n\thelper = \"!f() { \\\n echo password=hunter2; }; f\"\n"
	pages := map[string]string{"/": "hi", "/.git/config": config, "/.git/HEAD": "ref: refs/heads/main\n"}
	result := (http.Probe{}).Run(t.Context(), probetest.NewDialer(serve(site(pages))), probetest.Endpoint())
	if len(result.Responses) != 3 {
		t.Fatalf("%v", uris(result.Responses))
	}
	document, err := result.Responses[1].MarshalJSON()
	if err != nil || strings.Contains(string(document), "hunter2") {
		t.Errorf("%v, kept a secret: %s", err, document)
	}
	if body := block(t, result.Responses[1]).Body; !strings.Contains(body, "repositoryformatversion = 0") || !strings.Contains(body, "git.example.com/x.git") {
		t.Errorf("took away what is no secret: %q", body)
	}
}

func FuzzReadPage(f *testing.F) {
	for _, name := range []string{"nginx-chunked.bin", "plain-to-tls.bin", "http10.bin"} {
		f.Add(recorded(f, name))
	}
	f.Add([]byte("HTTP/1.1 200 OK\r\n\r\n" + home))
	f.Add([]byte("HTTP/1.1 200 \x1bOK\r\n folded\r\nnon sense\r\nServer: a\x01\r\n b\n\nhi"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := probetest.NewDialer(probetest.Answers(data))
		for _, r := range (http.Probe{}).Run(t.Context(), d, probetest.Endpoint()).Responses {
			if body := block(t, r).Body; len(body) > 3*web.MaxBody {
				t.Errorf("%d bytes of body", len(body))
			}
			if _, err := r.MarshalJSON(); err != nil {
				t.Error(err)
			}
		}
	})
}
