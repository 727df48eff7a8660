package http

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Website is the member "website" of a response of the main page: how the server takes
// requests that are not for a page.
type Website struct {
	Trace             bool   `json:"trace"`                          // sends a request back to whoever sent it (RFC 9110 section 9.3.8)
	ReflectsOrigin    bool   `json:"reflects_origin"`                // lets scripts of any site read its answers
	OriginCredentials bool   `json:"origin_credentials"`             // … with the cookies of the visitor
	SecurityTxt       *bool  `json:"security_txt,omitempty"`         // has one (RFC 9116); nil if it is elsewhere
	SecurityExpires   string `json:"security_txt_expires,omitempty"` // RFC 3339
	DebugPage         string `json:"debug_page,omitempty"`           // what shows its insides when something fails: "django"
}

// Resources is the member "resources" of a response: what a page has browsers fetch in a
// way that somebody else may change.
type Resources struct {
	Unpinned []string `json:"unpinned_scripts,omitempty"` // of other hosts, without the digest of what they are
	Insecure []string `json:"insecure,omitempty"`         // in clear: scripts, styles, frames
}

// behaviour asks with TRACE, as the script of another site, and for security.txt; nil when
// the server does not answer.
func (v visit) behaviour(ctx context.Context, root web.Location, missing *web.Page) *Website {
	ctx, cancel := context.WithTimeout(ctx, exposureTime)
	defer cancel()
	origin := "https://" + strings.ToLower(rand.Text()) + ".example"
	trace, other, security := root, root, root.With("/.well-known/security.txt")
	trace.Method, other.Origin = http.MethodTrace, origin
	answers := make([]*web.Page, 0, 3)
	for _, at := range []web.Location{other, security, trace} {
		p, err := v.Fetch(ctx, at)
		if err != nil {
			return nil
		}
		answers = append(answers, p)
	}
	s := &Website{Trace: isEcho(answers[2])}
	s.ReflectsOrigin = answers[0].Header.Get("Access-Control-Allow-Origin") == origin
	s.OriginCredentials = s.ReflectsOrigin && answers[0].Header.Get("Access-Control-Allow-Credentials") == "true"
	s.readSecurity(answers[1])
	for _, p := range []*web.Page{missing, answers[0]} {
		if p != nil && s.DebugPage == "" {
			s.DebugPage = debugger(p)
		}
	}
	return s
}

// isEcho wants the request in the answer as RFC 9110 section 9.3.8 has it, and not a page
// that only quotes its path.
func isEcho(p *web.Page) bool {
	return p.Status == http.StatusOK && strings.HasPrefix(p.Header.Get("Content-Type"), "message/http") &&
		bytes.HasPrefix(p.Body, []byte("TRACE ")) && bytes.Contains(p.Body, []byte("Portolan"))
}

// readSecurity reads RFC 9116: a contact must be there, and the day after which the file
// is stale.
func (s *Website) readSecurity(p *web.Page) {
	if p.Redirect() != "" {
		return
	}
	field := func(name string) string {
		if match := regexp.MustCompile(`(?mi)^` + name + `:[ \t]*(\S+)`).FindSubmatch(p.Body); match != nil {
			return string(match[1])
		}
		return ""
	}
	isThere := p.Status == http.StatusOK && !htmlTag().Match(p.Body) && field("Contact") != ""
	s.SecurityTxt = &isThere
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(field("Expires"))); isThere && err == nil {
		s.SecurityExpires = at.UTC().Format(time.RFC3339)
	}
}

// debuggers are what frameworks show to developers, and should to nobody else.
var debuggers = sync.OnceValue(func() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"django":   regexp.MustCompile(`you have <code>DEBUG = True</code>`),
		"werkzeug": regexp.MustCompile(`<title>[^<]*// Werkzeug Debugger</title>`),
		"laravel":  regexp.MustCompile(`window\.(data|ignite) ?[=(][^<]*"report"|<!-- Ignition|Whoops\\Exception`),
		"rails":    regexp.MustCompile(`<title>Action Controller: Exception caught</title>|<code>Rails\.root: /`),
		"symfony":  regexp.MustCompile(`<!-- [^>]*Exception[^>]* -->\s*<!DOCTYPE html>[\s\S]*Symfony`),
		"asp.net":  regexp.MustCompile(`<title>[^<]*</title>[\s\S]*<b>Stack Trace:</b>`),
	}
})

// debugger names what has made an error page that shows the program's insides.
func debugger(p *web.Page) string {
	if p.Status < http.StatusBadRequest {
		return ""
	}
	for name, pattern := range debuggers() {
		if pattern.Match(p.Body) {
			return name
		}
	}
	return ""
}

// resourcesOf gives nil for a page that has nothing to tell. Scripts of a host above or
// below the page's own are its own.
func resourcesOf(p *web.Page) *Resources {
	document := web.ReadHTML(p.Text())
	r := &Resources{}
	for _, script := range document.Unpinned {
		if host := hostOf(script); host != "" && !isKin(host, p.At.To.Host()) {
			r.Unpinned = append(r.Unpinned, script)
		}
	}
	if p.At.Scheme == "https" {
		r.Insecure = document.Insecure
	}
	if len(r.Unpinned)+len(r.Insecure) == 0 {
		return nil
	}
	return r
}

// hostOf is the host of a reference that has one: "//cdn.example/x.js".
func hostOf(reference string) string {
	_, rest, ok := strings.Cut(reference, "//")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(strings.ToLower(rest), "/")
	host, _, _ = strings.Cut(host, ":")
	return host
}

func isKin(a, b string) bool {
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}
