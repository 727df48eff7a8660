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
		if d.Icon == "" && strings.Contains(" "+strings.ToLower(a["rel"])+" ", " icon ") {
			d.Icon = a["href"]
		}
	case "script":
		if source := attributesOf(token)["src"]; source != "" && len(d.Scripts) < maxScripts {
			d.Scripts = append(d.Scripts, Clip(source, maxTitle))
		}
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
