package http

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// exposure is a path that should not be there for all to read: how to be sure of
// it by what it says, and what of it must not be stored.
type exposure struct {
	path   string
	proof  *regexp.Regexp
	times  int                 // how often the proof must be found
	redact func([]byte) []byte // nil: nothing is secret
	needs  string              // another exposure that must be there, too
	of     string              // the product that has it, by the name of its tag; empty: any server may
	status int                 // 200 unless it is said
	isHTML bool                // it is a page for people; else one with tags of HTML is none
}

// exposures are compiled when the first server is met, not when the program starts.
var exposures = sync.OnceValue(func() []exposure {
	return []exposure{
		{path: "/.git/config", proof: regexp.MustCompile(`(?m)^\s*\[core\]\s*$`), times: 1, redact: redactURLs, needs: "/.git/HEAD"},
		{path: "/.git/HEAD", proof: regexp.MustCompile(`^(ref: refs/\S+|[0-9a-f]{40}|[0-9a-f]{64})\s*$`), times: 1, needs: "/.git/config"},
		{path: "/.env", proof: regexp.MustCompile(`(?m)^\s*(export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*=`), times: 2, redact: redactValues},
		{path: "/server-status", proof: regexp.MustCompile(`<title>Apache Status</title>|Apache Server Status for `), times: 1, isHTML: true},
		{path: "/.svn/wc.db", proof: regexp.MustCompile(`^SQLite format 3\x00`), times: 1, redact: beginning},
		{path: "/.hg/requires", proof: regexp.MustCompile(`(?m)^(revlogv1|store|fncache|dotencode|generaldelta|sparserevlog)\s*$`), times: 2},
		{path: "/.htpasswd", proof: regexp.MustCompile(`(?m)^[^:\s]+:(\$(apr1|2[aby]|5|6)\$|\{SHA\})\S+`), times: 1, redact: redactPasswords},
		{path: "/actuator", proof: regexp.MustCompile(`"href"\s*:\s*"[^"]*/actuator/(env|heapdump|threaddump|beans|configprops|mappings|loggers|shutdown|gateway)[/"]`), times: 1},
		{path: "/metrics", proof: regexp.MustCompile(`(?m)^# (HELP|TYPE) [A-Za-z_:]`), times: 2},
		{path: "/openapi.json", proof: regexp.MustCompile(`"(openapi|swagger)"\s*:\s*"[23]\.`), times: 1},
		{path: "/graphql?query=%7B__schema%7BqueryType%7Bname%7D%7D%7D", proof: regexp.MustCompile(`"__schema"\s*:\s*\{\s*"queryType"`), times: 1},
		{path: "/backup.zip", proof: regexp.MustCompile(`^PK\x03\x04`), times: 1, redact: beginning},
		{path: "/backup.sql", proof: regexp.MustCompile(`^-- (MySQL|MariaDB|PostgreSQL|phpMyAdmin SQL)( database)? (dump|Dump)`), times: 1, redact: firstLine},
		{path: "/wp-config.php.bak", proof: regexp.MustCompile(`(?m)^\s*define\s*\(\s*['"]DB_`), times: 2, redact: redactConstants, of: "php"},
		{path: "/phpinfo.php", proof: regexp.MustCompile(`<title>[^<]*phpinfo\(\)</title>`), times: 1, redact: versionOfPHP, of: "php", isHTML: true},
		{path: "/phpmyadmin/", proof: regexp.MustCompile(`(?i)<title>[^<]*phpMyAdmin[^<]*</title>`), times: 1, of: "php", isHTML: true},
		{path: "/nginx_status", proof: regexp.MustCompile(`^Active connections: \d+`), times: 1, of: "nginx"},
		{path: "/manager/html", proof: regexp.MustCompile(`tomcat-users\.xml`), times: 1, of: "apache_tomcat", status: http.StatusUnauthorized, isHTML: true},
		{path: "/trace.axd", proof: regexp.MustCompile(`<h1>\s*Application Trace\s*</h1>|<title>[^<]*Application Trace`), times: 1, redact: untilTable, of: "aspnet", isHTML: true},
		{path: "/elmah.axd", proof: regexp.MustCompile(`<title>\s*Error log for `), times: 1, redact: untilTable, of: "aspnet", isHTML: true},
	}
})

var htmlTag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)<(!doctype html|html|head|body)\b`)
})

const (
	// exposureTime is how long all of it may take: a server that needs more than half a
	// second for each of some twenty pages is left alone.
	exposureTime = 2 * probe.ConnectionTime
	// maxAlike is how many answers that are neither a page nor its absence may be alike:
	// a server that sends everybody elsewhere, or to a login, does so for all paths.
	maxAlike = 3
)

// findings are what a look at a server's paths has shown.
type findings struct {
	exposed []engine.Response
	missing *web.Page    // what the server says of a page that is not there; nil if it says so of none
	tags    []engine.Tag // that this page gives
	website *Website     // nil if it did not answer to the end
	isWhole bool
}

// look goes through the paths of a server of some products, and then sees how it behaves.
func (v visit) look(ctx context.Context, root web.Location, products map[string]bool) findings {
	f := v.exposures(ctx, root, products)
	if f.isWhole {
		f.website = v.behaviour(ctx, root, f.missing)
	}
	return f
}

// exposures asks for one path after the other, over one connection where the server
// keeps it, and gives a document for what is really there: it proves itself by its
// content, and a sibling nobody can have made up differs. It ends when the server
// does not answer, or answers everything alike.
func (v visit) exposures(ctx context.Context, root web.Location, products map[string]bool) (f findings) {
	ctx, cancel := context.WithTimeout(ctx, exposureTime)
	defer cancel()
	list := exposures()
	found := map[string]*web.Page{}
	alike := map[int]int{}
	for _, e := range list {
		if e.of != "" && !products[e.of] && !productsOf(f.tags)[e.of] {
			continue
		}
		p, isThere, err := v.prove(ctx, root, e)
		if err != nil {
			return f.keep(list, found)
		}
		if isThere {
			found[e.path] = p
		}
		if p.Status == http.StatusNotFound && f.missing == nil {
			f.missing, f.tags = p, tagsOf(p, p.Block())
		}
		if alike[p.Status]++; isRefusal(p.Status) && alike[p.Status] == maxAlike && len(alike) == 1 {
			break
		}
	}
	f.isWhole = true
	return f.keep(list, found)
}

// isRefusal reports a status that says nothing about a path.
func isRefusal(status int) bool {
	return status != http.StatusOK && status != http.StatusNotFound && status != http.StatusForbidden
}

// keep makes documents of what was found, in the order of the list.
func (f findings) keep(list []exposure, found map[string]*web.Page) findings {
	for _, e := range list {
		if p := found[e.path]; p != nil && (e.needs == "" || found[e.needs] != nil) {
			f.exposed = append(f.exposed, e.document(p))
		}
	}
	return f
}

// prove fetches the page and tells whether it is what the exposure is about; an error
// when the server does not answer.
func (v visit) prove(ctx context.Context, root web.Location, e exposure) (p *web.Page, isThere bool, err error) {
	p, err = v.Fetch(ctx, root.With(e.path))
	if err != nil || !e.isProven(p) {
		return p, false, err
	}
	other, err := v.Fetch(ctx, root.With(e.sibling()))
	if err != nil {
		return nil, false, err
	}
	return p, !e.isProven(other) && (other.Status != p.Status || !isSame(p, other)), nil
}

// sibling is a path beside that of the exposure which nobody can have made.
func (e exposure) sibling() string {
	before, _, _ := strings.Cut(e.path, "?")
	return path.Join(path.Dir(strings.TrimSuffix(before, "/")), rand.Text()) + e.path[len(before):]
}

// isProven wants the content and no page of HTML around it, except where the
// content is one.
func (e exposure) isProven(p *web.Page) bool {
	want := cmp.Or(e.status, http.StatusOK)
	return p.Status == want && len(e.proof.FindAllIndex(p.Body, e.times)) == e.times && (e.isHTML || !htmlTag().Match(p.Body))
}

// isSame tells a server that answers any path with the same page, even one that
// repeats the path.
func isSame(p, sibling *web.Page) bool {
	return bytes.Equal(bytes.ReplaceAll(p.Body, []byte(p.At.Path), nil), bytes.ReplaceAll(sibling.Body, []byte(sibling.At.Path), nil))
}

func (e exposure) document(p *web.Page) engine.Response {
	if e.redact != nil {
		p.Body = e.redact(p.Body)
	}
	return newResponse(p)
}
