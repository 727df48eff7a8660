package api

import (
	"net/http"
	"net/url"
	"path"
)

// tidy gives the request with the one path that all its spellings share: single
// slashes, no dots, a slash at the end. Clients leave the last slash out or send two
// at the start, and lose the body of a POST when redirected, so the answer is never
// a redirect. ok is false for what is no path at all, such as the host of a CONNECT.
func tidy(r *http.Request) (tidied *http.Request, ok bool) {
	escaped := r.URL.EscapedPath()
	if escaped == "" || escaped[0] != '/' {
		return r, false
	}
	clean := path.Clean(escaped)
	if clean != "/" {
		clean += "/"
	}
	plain, err := url.PathUnescape(clean)
	if err != nil {
		return r, false
	}
	tidied = r.Clone(r.Context())
	tidied.URL.Path, tidied.URL.RawPath = plain, clean
	return tidied, true
}
