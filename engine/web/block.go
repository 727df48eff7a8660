package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// maxHeaders and maxHeaderValue bound what is kept of a header: servers send
	// about 20 lines, a policy of 4,000 bytes is a long one.
	maxHeaders     = 100
	maxHeaderValue = 4096
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
	Body             string              `json:"body,omitempty"` // the first 100 KB, as UTF-8
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

// Favicon is a site's icon, by which products are recognised.
type Favicon struct {
	SHA256         string   `json:"hash_sha256"`
	MMH3           int32    `json:"hash_mmh3"`                 // MurmurHash3 of the picture in base64, as Shodan has it
	PerceptualHash string   `json:"perceptual_hash,omitempty"` // 16 hexadecimal digits; see probe/http
	Path           string   `json:"path"`
	URI            string   `json:"uri"`
	Host           string   `json:"host"`
	IP             string   `json:"ip"`
	Image          string   `json:"image,omitempty"` // base64
	LastModified   []string `json:"last_modified,omitempty"`
	CertMD5        string   `json:"cert_md5,omitempty"` // of the certificate of the server it came from
}

// Block describes the page.
func (p *Page) Block() *Block {
	known, unknown := sortHeaders(p.Header)
	b := &Block{
		StatusCode: p.Status, StatusLine: p.Line,
		Version: Version{Major: p.Major, Minor: p.Minor, Name: fmt.Sprintf("HTTP/%d.%d", p.Major, p.Minor)},
		Headers: known, UnknownHeaders: unknown, ContentLength: p.Length, TransferEncoding: p.Coding,
	}
	if len(p.Body) == 0 {
		return b
	}
	sum := sha256.Sum256(p.Body)
	b.BodySHA256 = hex.EncodeToString(sum[:])
	text := p.Text()
	b.Body = probe.Text(text)
	document := ReadHTML(text)
	b.Title, b.Description, b.Meta = document.Title, document.Description, document.Meta
	b.Contacts = findContacts(b.Body)
	return b
}

// sortHeaders divides headers into those with a member of their own and others.
func sortHeaders(header http.Header) (known map[string][]string, unknown []Header) {
	known = map[string][]string{}
	for _, key := range slices.Sorted(maps.Keys(header))[:min(len(header), maxHeaders)] {
		name := strings.ReplaceAll(strings.ToLower(key), "-", "_")
		if isKnown(name) {
			known[name] = Values(header[key])
			continue
		}
		unknown = append(unknown, Header{Key: probe.Text([]byte(name)), Value: Values(header[key])})
	}
	return known, unknown
}

// Values makes the values of a header storable.
func Values(list []string) []string {
	clean := make([]string, 0, len(list))
	for _, value := range list[:min(len(list), maxHeaders)] {
		clean = append(clean, Clip(value, maxHeaderValue))
	}
	return clean
}
