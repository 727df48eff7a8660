package http

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
)

// maxIcon is the largest icon whose picture is kept; its hash is that of at most
// [MaxBody] bytes.
const maxIcon = 16 << 10

// Favicon is a site's icon, by which products are recognised.
type Favicon struct {
	SHA256       string   `json:"hash_sha256"`
	Path         string   `json:"path"`
	URI          string   `json:"uri"`
	Host         string   `json:"host"`
	IP           string   `json:"ip"`
	Image        string   `json:"image,omitempty"` // base64
	LastModified []string `json:"last_modified,omitempty"`
}

// favicon fetches the icon a page names, or the one at the usual place. It stays
// on the page's host; nil if there is none.
func (v visitor) favicon(ctx context.Context, p *page) *Favicon {
	if p.status >= http.StatusInternalServerError || p.status == http.StatusBadRequest {
		return nil
	}
	reference := readHTML(p.body).icon
	if reference == "" {
		reference = "/favicon.ico"
	}
	at, err := p.at.resolve(ctx, v.dialer, reference)
	if err != nil || at.to != p.at.to {
		return nil
	}
	icon, err := v.fetch(ctx, at)
	if err != nil || icon.status != http.StatusOK || !isImage(icon) {
		return nil
	}
	sum := sha256.Sum256(icon.body)
	f := &Favicon{SHA256: hex.EncodeToString(sum[:]), Path: at.path, URI: at.uri(), Host: at.to.Host(), IP: at.to.Addr.String(), LastModified: values(icon.header["Last-Modified"])}
	if len(icon.body) <= maxIcon {
		f.Image = base64.StdEncoding.EncodeToString(icon.body)
	}
	return f
}

// isImage goes by what was sent, because servers that answer everything with a
// page call that anything. SVG is text and counts by its name.
func isImage(p *page) bool {
	return len(p.body) > 0 && (strings.HasPrefix(http.DetectContentType(p.body), "image/") ||
		strings.HasPrefix(p.header.Get("Content-Type"), "image/svg") && strings.Contains(string(p.body), "<svg"))
}
