package web

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// Text is the body in UTF-8. The character set is the one the header or the page
// itself declares; a page of text that declares none and is no UTF-8 is read as
// browsers do (WHATWG Encoding: windows-1252). What is no text stays as it came.
func (p *Page) Text() []byte {
	kind := p.Header.Get("Content-Type")
	if len(p.Body) == 0 || !isText(kind, p.Body) {
		return p.Body
	}
	encoding, name, isCertain := charset.DetermineEncoding(p.Body, kind)
	if name == "utf-8" || encoding == nil || !isCertain && utf8.Valid(p.Body) {
		return p.Body
	}
	// No set takes more than three bytes of UTF-8 for one of its own.
	text, err := io.ReadAll(io.LimitReader(encoding.NewDecoder().Reader(bytes.NewReader(p.Body)), 3*MaxBody))
	if err != nil {
		return p.Body
	}
	return text
}

// isText goes by what the server calls it, or by the look of it when it calls it
// nothing.
func isText(kind string, body []byte) bool {
	kind = strings.ToLower(kind)
	for _, textual := range []string{"text/", "html", "xml", "json", "javascript"} {
		if strings.Contains(kind, textual) {
			return true
		}
	}
	return kind == "" && bytes.IndexByte(body[:min(len(body), 1024)], 0) < 0
}
