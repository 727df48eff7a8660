package http

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// maxHeaders and maxHeaderValue bound what is kept of a header: servers send
	// about 20 lines, a policy of 4,000 bytes is a long one.
	maxHeaders     = 100
	maxHeaderValue = 4096
	maxEmails      = 20
)

// Block is the member "http" of a response.
type Block struct {
	StatusCode       int                 `json:"status_code"`
	StatusLine       string              `json:"status_line"` // "403 Forbidden"
	Version          Version             `json:"http_version"`
	Headers          map[string][]string `json:"headers"` // well-known ones: "content_type"
	UnknownHeaders   []Header            `json:"unknown_headers,omitempty"`
	Title            string              `json:"title,omitempty"`
	Description      string              `json:"description,omitempty"`
	Meta             []string            `json:"meta,omitempty"` // "generator: WordPress 6.4"
	Body             string              `json:"body,omitempty"` // the first 100 KB
	BodySHA256       string              `json:"body_sha256,omitempty"`
	ContentLength    int64               `json:"content_length"` // -1 if unknown
	TransferEncoding []string            `json:"transfer_encoding,omitempty"`
	Contacts         *Contacts           `json:"contacts,omitempty"`
	Favicon          *Favicon            `json:"favicon,omitempty"`
}

// Version is that of the protocol.
type Version struct {
	Major int    `json:"major"`
	Minor int    `json:"minor"`
	Name  string `json:"name"` // "HTTP/1.1"
}

// Header is one that is not well known.
type Header struct {
	Key   string   `json:"key"`
	Value []string `json:"value"`
}

// Contacts are addresses found on the page.
type Contacts struct {
	Emails []string `json:"emails"`
}

func newBlock(p *page) *Block {
	known, unknown := sortHeaders(p.header)
	b := &Block{
		StatusCode: p.status, StatusLine: p.line,
		Version: Version{Major: p.major, Minor: p.minor, Name: fmt.Sprintf("HTTP/%d.%d", p.major, p.minor)},
		Headers: known, UnknownHeaders: unknown, ContentLength: p.length, TransferEncoding: p.coding,
	}
	b.setBody(p.body)
	document := readHTML(p.body)
	b.Title, b.Description, b.Meta = document.title, document.description, document.meta
	b.Contacts = findContacts(b.Body)
	return b
}

// setBody keeps the body as text, and the hash of what came on the wire.
func (b *Block) setBody(body []byte) {
	if len(body) == 0 {
		return
	}
	sum := sha256.Sum256(body)
	b.Body, b.BodySHA256 = probe.Text(body), hex.EncodeToString(sum[:])
}

// sortHeaders divides headers into those with a member of their own and others.
func sortHeaders(header http.Header) (known map[string][]string, unknown []Header) {
	known = map[string][]string{}
	names := knownHeaders()
	for _, key := range slices.Sorted(maps.Keys(header))[:min(len(header), maxHeaders)] {
		name := strings.ReplaceAll(strings.ToLower(key), "-", "_")
		if slices.Contains(names, name) {
			known[name] = values(header[key])
			continue
		}
		unknown = append(unknown, Header{Key: probe.Text([]byte(name)), Value: values(header[key])})
	}
	return known, unknown
}

func values(list []string) []string {
	clean := make([]string, 0, len(list))
	for _, value := range list[:min(len(list), maxHeaders)] {
		clean = append(clean, probe.Text([]byte(value[:min(len(value), maxHeaderValue)])))
	}
	return clean
}

var emailAddress = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}\b`)
})

func findContacts(body string) *Contacts {
	emails := emailAddress().FindAllString(body, maxEmails)
	if len(emails) == 0 {
		return nil
	}
	slices.Sort(emails)
	return &Contacts{Emails: slices.Compact(emails)}
}
