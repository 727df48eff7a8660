package http

import (
	"context"
	"crypto/md5" //nolint:gosec // a name for certificates that people search for, no protection
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// maxIcon is the largest icon whose picture is kept; its hash is that of at most
// [web.MaxBody] bytes.
const maxIcon = 16 << 10

// usualIcon is where an icon is of which a page says nothing.
const usualIcon = "/favicon.ico"

// favicon fetches the icon a page names, or the one at the usual place. It stays
// on the page's host, and takes the usual place if the page names another one; nil if
// there is none.
func (v visit) favicon(ctx context.Context, p *web.Page) *web.Favicon {
	if p.Status >= http.StatusInternalServerError || p.Status == http.StatusBadRequest {
		return nil
	}
	reference := web.ReadHTML(p.Body).Icon
	if reference == "" || strings.HasPrefix(reference, "data:") {
		reference = usualIcon
	}
	at, err := p.At.Resolve(ctx, v.dialer, reference)
	if err != nil || at.To != p.At.To {
		if at, err = p.At.Resolve(ctx, v.dialer, usualIcon); err != nil {
			return nil
		}
	}
	icon, err := v.Fetch(ctx, at)
	if err != nil || icon.Status != http.StatusOK || !isImage(icon) {
		return nil
	}
	return newFavicon(icon)
}

func newFavicon(icon *web.Page) *web.Favicon {
	sum := sha256.Sum256(icon.Body)
	f := &web.Favicon{
		SHA256: hex.EncodeToString(sum[:]), MMH3: MMH3(icon.Body), PerceptualHash: PerceptualHash(icon.Body),
		Path: icon.At.Path, URI: icon.At.URI(), Host: icon.At.To.Host(), IP: icon.At.To.Addr.String(),
		LastModified: times(icon.Header["Last-Modified"]),
	}
	if len(icon.Body) <= maxIcon {
		f.Image = base64.StdEncoding.EncodeToString(icon.Body)
	}
	if certified, ok := icon.Session.(certified); ok && certified.Leaf() != nil {
		sum := md5.Sum(certified.Leaf()) //nolint:gosec // see the import
		f.CertMD5 = hex.EncodeToString(sum[:])
	}
	return f
}

// times gives dates of HTTP as the index reads them (RFC 3339).
func times(dates []string) (list []string) {
	for _, date := range dates[:min(len(dates), 2)] {
		if at, err := http.ParseTime(date); err == nil {
			list = append(list, at.UTC().Format(time.RFC3339))
		}
	}
	return list
}

// certified is a session that knows the certificate of the server, as DER.
type certified interface{ Leaf() []byte }

// isImage goes by what was sent, because servers that answer everything with a
// page call that anything. SVG is text and counts by its name.
func isImage(p *web.Page) bool {
	return len(p.Body) > 0 && (strings.HasPrefix(http.DetectContentType(p.Body), "image/") ||
		strings.HasPrefix(p.Header.Get("Content-Type"), "image/svg") && strings.Contains(string(p.Body), "<svg"))
}
