package peer

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/document"
	api "github.com/blevesearch/bleve_index_api"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Names of Bleve's fields: a path and what kind of value it has. One path may
// have values of several kinds; Bleve knows one kind for each name.
const (
	words   = "#words"   // TEXT, analysed
	whole   = "#whole"   // KEYWORD and BOOLEAN, and VERSION as it is written
	number  = "#number"  // INTEGER and FLOAT
	date    = "#date"    // milliseconds since 1970
	address = "#address" // 16 bytes
	release = "#version" // query.VersionKey

	source  = "source"  // the document as it came, stored only
	present = "present" // paths that have a value at or below them
	exact   = ".keyword"
)

// How the kinds are indexed: what can be sorted by and counted has its values
// beside the postings, and only text has positions.
const (
	wordOptions  = api.IndexField | api.IncludeTermVectors
	plainOptions = api.IndexField | api.DocValues
	wholeOptions = plainOptions | api.SkipFreqNorm
)

// preparation is a document on its way into an index.
type preparation struct {
	index     *Index
	document  *document.Document
	positions map[string]uint64 // how many values each field has
	present   map[string]bool
}

func (ix *Index) document(d Document) (*document.Document, error) {
	decoder := json.NewDecoder(bytes.NewReader(d.JSON))
	decoder.UseNumber()
	var members map[string]any
	if err := decoder.Decode(&members); err != nil {
		return nil, err
	}
	p := preparation{ix, document.NewDocument(d.Name), map[string]uint64{}, map[string]bool{}}
	p.document.AddField(document.NewTextFieldCustom(source, nil, d.JSON, api.StoreField, nil))
	for path, value := range query.Leaves(members) {
		p.value(path, value)
		if ix.options.Exact {
			p.exact(path, value)
		}
	}
	return p.document, nil
}

// value indexes one value by the type it has.
func (p *preparation) value(path string, value any) {
	text := textOf(value)
	switch query.TypeOf(path, value) {
	case query.TypeText:
		p.text(path+words, text)
	case query.TypeKeyword, query.TypeBoolean:
		p.whole(path+whole, text)
	case query.TypeInteger, query.TypeFloat:
		if n, ok := query.Number(text); ok {
			p.number(path+number, n)
		}
	case query.TypeDate:
		if at, ok := instant(text); ok {
			p.number(path+date, float64(at.UnixMilli()))
		}
	case query.TypeIP:
		if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
			as16 := addr.As16()
			p.document.AddField(document.NewIPFieldWithIndexingOptions(path+address, p.position(path+address), as16[:], plainOptions))
		}
	case query.TypeVersion:
		p.whole(path+whole, text)
		if text != "" {
			p.whole(path+release, query.VersionKey(text))
		}
	}
}

// exact indexes what only the options ask for.
func (p *preparation) exact(path string, value any) {
	if text, ok := value.(string); ok && utf8.RuneCountInString(text) <= query.MaxKeyword {
		p.whole(path+exact+whole, text)
	}
	for i, c := range path + "." {
		if above := path[:min(i, len(path))]; c == '.' && !p.present[above] {
			p.present[above] = true
			p.whole(present, above)
		}
	}
}

func (p *preparation) text(name, text string) {
	p.document.AddField(document.NewTextFieldCustom(name, p.position(name), []byte(text), wordOptions, p.index.analyzer))
}

func (p *preparation) whole(name, text string) {
	p.document.AddField(document.NewTextFieldCustom(name, p.position(name), []byte(text), wholeOptions, nil))
}

func (p *preparation) number(name string, n float64) {
	p.document.AddField(document.NewNumericFieldWithIndexingOptions(name, p.position(name), n, plainOptions))
}

// position numbers the values of a field, so that no phrase goes from one into
// the next.
func (p *preparation) position(name string) []uint64 {
	p.positions[name]++
	return []uint64{p.positions[name]}
}

func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// instant reads a date of a document: in one of the language's forms, in that
// of HTTP, or in milliseconds.
func instant(text string) (time.Time, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && len(text) > len("2025") {
		return time.UnixMilli(n), true
	}
	if first, _, err := query.Dates(text, time.Time{}); err == nil && !strings.Contains(text, "now") {
		return first, true
	}
	at, err := http.ParseTime(text)
	return at, err == nil
}
