package http

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	maxTitle = 1024
	maxMeta  = 50
)

// document is what is read of a page's head.
type document struct {
	title       string
	description string
	meta        []string
	icon        string // reference of the first link to an icon
}

// readHTML reads the head of a page by its tokens, so that a page that is cut
// off or badly nested gives what it has. What is not HTML gives nothing.
func readHTML(body []byte) document {
	var d document
	tokens := html.NewTokenizer(bytes.NewReader(body))
	inTitle := false
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return d
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			inTitle = token.Data == "title" && d.title == ""
			d.readTag(token)
		case html.TextToken:
			if inTitle {
				d.title = clip(strings.Join(strings.Fields(string(tokens.Text())), " "), maxTitle)
			}
			inTitle = false
		case html.EndTagToken, html.CommentToken, html.DoctypeToken:
			inTitle = false
		}
	}
}

func (d *document) readTag(token html.Token) {
	switch token.Data {
	case "meta":
		d.readMeta(attributesOf(token))
	case "link":
		a := attributesOf(token)
		if d.icon == "" && strings.Contains(" "+strings.ToLower(a["rel"])+" ", " icon ") {
			d.icon = a["href"]
		}
	}
}

func (d *document) readMeta(a map[string]string) {
	name := a["name"] + a["property"] + a["http-equiv"]
	if name == "" || a["content"] == "" || len(d.meta) >= maxMeta {
		return
	}
	content := clip(a["content"], maxTitle)
	d.meta = append(d.meta, clip(name, 100)+": "+content)
	if strings.EqualFold(name, "description") && d.description == "" {
		d.description = content
	}
}

func attributesOf(token html.Token) map[string]string {
	a := map[string]string{}
	for _, attribute := range token.Attr {
		a[attribute.Key] = attribute.Val
	}
	return a
}

// clip cuts text to n bytes and makes it storable.
func clip(s string, n int) string { return probe.Text([]byte(s[:min(len(s), n)])) }
