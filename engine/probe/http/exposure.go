package http

import (
	"bytes"
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
}

// exposures are compiled when the first server is met, not when the program starts.
var exposures = sync.OnceValue(func() []exposure {
	return []exposure{
		{path: "/.git/config", proof: regexp.MustCompile(`(?m)^\s*\[core\]\s*$`), times: 1, redact: redactURLs, needs: "/.git/HEAD"},
		{path: "/.git/HEAD", proof: regexp.MustCompile(`^(ref: refs/\S+|[0-9a-f]{40}|[0-9a-f]{64})\s*$`), times: 1, needs: "/.git/config"},
		{path: "/.env", proof: regexp.MustCompile(`(?m)^\s*(export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*=`), times: 2, redact: redactValues},
		{path: "/server-status", proof: regexp.MustCompile(`<title>Apache Status</title>|Apache Server Status for `), times: 1},
	}
})

var htmlTag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)<(!doctype html|html|head|body)\b`)
})

// exposureTime is how long all of it may take: a server that needs more than a
// second for each of eight pages is left alone.
const exposureTime = 2 * probe.ConnectionTime

// exposures asks for one path after the other, over one connection where the server
// keeps it, and gives a document for what is really there: it proves itself by its
// content, and a sibling nobody can have made up differs. It ends when the server
// does not answer. missing is what the server says of a page that is not there; nil if
// it says so of none.
func (v visit) exposures(ctx context.Context, root web.Location) (responses []engine.Response, missing *web.Page) {
	ctx, cancel := context.WithTimeout(ctx, exposureTime)
	defer cancel()
	list := exposures()
	found := map[string]*web.Page{}
	for _, e := range list {
		p, isThere, err := v.prove(ctx, root, e)
		if err != nil {
			break
		}
		if isThere {
			found[e.path] = p
		}
		if p.Status == http.StatusNotFound && missing == nil {
			missing = p
		}
	}
	for _, e := range list {
		if p := found[e.path]; p != nil && (e.needs == "" || found[e.needs] != nil) {
			responses = append(responses, e.document(p))
		}
	}
	return responses, missing
}

// prove fetches the page and tells whether it is what the exposure is about; an error
// when the server does not answer.
func (v visit) prove(ctx context.Context, root web.Location, e exposure) (p *web.Page, isThere bool, err error) {
	p, err = v.Fetch(ctx, root.With(e.path))
	if err != nil || p.Status != http.StatusOK || !e.isProven(p.Body) {
		return p, false, err
	}
	other, err := v.Fetch(ctx, root.With(path.Join(path.Dir(e.path), rand.Text())))
	if err != nil {
		return nil, false, err
	}
	isForAll := other.Status == http.StatusOK && (e.isProven(other.Body) || isSame(p, other))
	return p, !isForAll, nil
}

// isProven wants the content and no page of HTML around it, except where the
// content is one.
func (e exposure) isProven(body []byte) bool {
	isHTML := htmlTag().Match(body)
	return len(e.proof.FindAllIndex(body, e.times)) == e.times && (!isHTML || e.path == "/server-status")
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

const redacted = "[redacted]"

// redactValues keeps the names of "NAME=value" and nothing else: a line without
// a name may be the rest of a key, and so may one that ends in "=", as base64
// does; a comment may be an old password.
func redactValues(body []byte) []byte {
	name := regexp.MustCompile(`^(\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*=)\s*[^=\s]`)
	var kept strings.Builder
	for line := range strings.Lines(string(body)) {
		text := strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(text) != "" {
			kept.WriteString(firstGroup(name, text) + redacted)
		}
		kept.WriteString("\n")
	}
	return []byte(kept.String())
}

func firstGroup(pattern *regexp.Regexp, text string) string {
	if match := pattern.FindStringSubmatch(text); match != nil {
		return match[1]
	}
	return ""
}

// redactURLs takes user names, passwords and tokens out of URLs, a password with
// an "@" in it as well, and what follows their "?". Of settings whose name does not
// rule out a secret (smtpPass, extraHeader, a helper that prints a password) and of
// lines that go on such a setting only the name is kept.
func redactURLs(body []byte) []byte {
	body = regexp.MustCompile(`://[^/\s"]*@`).ReplaceAll(body, []byte("://"+redacted+"@"))
	body = regexp.MustCompile(`(://[^?\s"]*\?)[^\s"]+`).ReplaceAll(body, []byte("${1}"+redacted))
	return regexp.MustCompile(`(?im)^([ \t]*(?:\[[^\]\n]*\][ \t]*)?[^\s=\[]*(?:header|helper|pass|proxy|token|secret|key|cookie|auth|command|cmd)[^\s=]*[ \t]*=)(?:.*\\\r?\n)*.*$`).ReplaceAll(body, []byte("${1} "+redacted))
}
