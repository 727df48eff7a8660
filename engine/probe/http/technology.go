package http

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

//go:embed technologies.txt
var technologyLines string

// technology is what web pages are made with, and how it shows.
type technology struct {
	product probe.Product // without a pattern
	marks   []mark
}

// mark is one sign of a technology: an expression for the text of a place.
type mark struct {
	place    string
	literal  string // what a text must hold for the expression to be tried
	compiled func() *regexp.Regexp
}

// technologies are read when the first page is seen, not when the program starts,
// and their expressions compiled when a page holds what they begin with.
var technologies = sync.OnceValue(readTechnologies)

func readTechnologies() []technology {
	var list []technology
	for line := range strings.Lines(technologyLines) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			list = append(list, readTechnology(line))
		}
	}
	return list
}

// readTechnology reads a line of technologies.txt, whose head says how one is written.
func readTechnology(line string) technology {
	fields := strings.SplitN(line, " | ", 5)
	vendor, product, _ := strings.Cut(fields[3], ":")
	t := technology{product: probe.Product{Name: fields[0], FullName: fields[1], Category: fields[2]}}
	if product != "" {
		t.product.Vendor, t.product.CPE = vendor, product
	}
	for text := range strings.SplitSeq(fields[4], " ;; ") {
		place, expression, _ := strings.Cut(strings.TrimSpace(text), " ")
		t.marks = append(t.marks, newMark(place, expression))
	}
	return t
}

func newMark(place, expression string) mark {
	const version = `(\d+(?:\.\d+)*[a-z]?)`
	return mark{place: place, literal: literalOf(expression), compiled: sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile("(?m)" + strings.ReplaceAll(expression, "{v}", version))
	})}
}

// literalOf gives the text an expression begins with.
func literalOf(expression string) string {
	expression = strings.TrimPrefix(strings.TrimPrefix(expression, "^"), `\b`)
	var text []byte
	for i := 0; i < len(expression); i++ {
		c := expression[i]
		switch {
		case c == '\\' && i+1 < len(expression) && strings.IndexByte(meta, expression[i+1]) >= 0:
			i++ // what is quoted stands for itself
			c = expression[i]
		case strings.IndexByte("*?{", c) >= 0 && len(text) > 0:
			return string(text[:len(text)-1]) // the last character may be missing
		case strings.IndexByte(meta, c) >= 0:
			return string(text)
		}
		text = append(text, c)
	}
	return string(text)
}

// meta are the characters that mean something in an expression.
const meta = `\.+*?()|[]{}^$`

// find gives the version; ok if the sign is there.
func (m mark) find(text string) (version string, ok bool) {
	if text == "" || !strings.Contains(text, m.literal) {
		return "", false
	}
	match := m.compiled().FindStringSubmatch(text)
	if match == nil {
		return "", false
	}
	return strings.Join(match[1:], ""), true // one of the groups at most has matched
}

// tagsOf names the technologies that show in a page.
func tagsOf(p *web.Page, block *web.Block) []engine.Tag {
	places := placesOf(p, block)
	var tags []engine.Tag
	for _, t := range technologies() {
		if version, ok := t.find(places); ok {
			tags = append(tags, t.product.Tag(version))
		}
	}
	return tags
}

// find looks for the signs in order, and goes on until one tells the version.
func (t technology) find(places map[string]string) (version string, ok bool) {
	for _, m := range t.marks {
		found, isThere := m.find(places[m.place])
		ok = ok || isThere
		if found != "" {
			return found, true
		}
	}
	return "", ok
}

// placesOf gives the texts of a page in which technologies show, by their names in
// technologies.txt.
func placesOf(p *web.Page, block *web.Block) map[string]string {
	places := map[string]string{"title": block.Title, "body": block.Body}
	for name, values := range block.Headers {
		places[name] = strings.Join(values, "\n")
	}
	for _, header := range block.UnknownHeaders {
		places[header.Key] = strings.Join(header.Value, "\n")
	}
	for _, meta := range block.Meta {
		if name, generator, ok := strings.Cut(meta, ": "); ok && strings.EqualFold(name, "generator") {
			places["generator"] += generator + "\n"
		}
	}
	places["said"] = strings.Join([]string{places["server"], places["x_powered_by"], places["x_generator"], places["generator"]}, "\n")
	if strings.Contains(block.Body, "<script") {
		places["script"] = strings.Join(web.ReadHTML(p.Body).Scripts, "\n")
	}
	return places
}
