package web

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	maxTitle   = 1024
	maxMeta    = 50
	maxScripts = 50
)

// Document is what is read of a page of HTML.
type Document struct {
	Title       string
	Description string
	Meta        []string // "generator: WordPress 6.4"
	Icon        string   // reference of the first link to an icon
	Scripts     []string // references of scripts, at most 50
	Unpinned    []string // those with a host and without the digest of what they are (Subresource Integrity)
	Insecure    []string // references in clear that a page may not have: scripts, styles, frames; at most 50
}

// ReadHTML reads the head of a page by its tokens, so that a page that is cut
// off or badly nested gives what it has. What is not HTML gives nothing.
func ReadHTML(body []byte) Document {
	var d Document
	tokens := html.NewTokenizer(bytes.NewReader(body))
	inTitle := false
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return d
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			inTitle = token.Data == "title" && d.Title == ""
			d.readTag(token)
		case html.TextToken:
			if inTitle {
				d.Title = Clip(strings.Join(strings.Fields(string(tokens.Text())), " "), maxTitle)
			}
			inTitle = false
		case html.EndTagToken, html.CommentToken, html.DoctypeToken:
			inTitle = false
		}
	}
}

func (d *Document) readTag(token html.Token) {
	switch token.Data {
	case "meta":
		d.readMeta(attributesOf(token))
	case "link":
		a := attributesOf(token)
		rel := " " + strings.ToLower(a["rel"]) + " "
		if d.Icon == "" && strings.Contains(rel, " icon ") {
			d.Icon = a["href"]
		}
		if strings.Contains(rel, " stylesheet ") {
			d.readReference(a["href"])
		}
	case "script":
		d.readScript(attributesOf(token))
	case "iframe", "frame", "embed":
		d.readReference(attributesOf(token)["src"])
	case "object":
		d.readReference(attributesOf(token)["data"])
	}
}

func (d *Document) readScript(a map[string]string) {
	source := strings.TrimSpace(a["src"])
	if source == "" || len(d.Scripts) >= maxScripts {
		return
	}
	d.Scripts = append(d.Scripts, Clip(source, maxTitle))
	if hasHost := strings.HasPrefix(source, "//") || strings.Contains(source, "://"); hasHost && a["integrity"] == "" {
		d.Unpinned = append(d.Unpinned, Clip(source, maxTitle))
	}
	d.readReference(source)
}

// readReference notes what browsers block on a page that came by TLS (W3C Mixed Content,
// section 4); pictures and sounds they fetch by TLS instead.
func (d *Document) readReference(reference string) {
	reference = strings.TrimSpace(reference)
	if isClear := len(reference) > 7 && strings.EqualFold(reference[:7], "http://"); isClear && len(d.Insecure) < maxScripts {
		d.Insecure = append(d.Insecure, Clip(reference, maxTitle))
	}
}

func (d *Document) readMeta(a map[string]string) {
	name := a["name"] + a["property"] + a["http-equiv"]
	if name == "" || a["content"] == "" || len(d.Meta) >= maxMeta {
		return
	}
	content := Clip(a["content"], maxTitle)
	d.Meta = append(d.Meta, Clip(name, 100)+": "+content)
	if strings.EqualFold(name, "description") && d.Description == "" {
		d.Description = content
	}
}

func attributesOf(token html.Token) map[string]string {
	a := map[string]string{}
	for _, attribute := range token.Attr {
		a[attribute.Key] = attribute.Val
	}
	return a
}

// Clip cuts text to n bytes and makes it storable.
func Clip(s string, n int) string { return probe.Text([]byte(s[:min(len(s), n)])) }
