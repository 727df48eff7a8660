package web

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
)

// decoded undoes the coding a server has chosen without being asked (RFC 9110
// section 8.4). At most MaxBody bytes come out, whatever goes in, so a bomb costs no
// more than a page. A coding that is not known, several of them, or one that is a lie
// leaves the body as it came.
func decoded(body []byte, header http.Header) []byte {
	var from io.Reader
	var err error
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Encoding"))) {
	case "gzip", "x-gzip":
		from, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		from = inflater(body)
	default:
		return body
	}
	if err != nil {
		return body
	}
	plain, err := io.ReadAll(io.LimitReader(from, MaxBody)) // what came out is kept: the body may be cut off
	if err != nil && len(plain) == 0 {
		return body
	}
	return plain
}

// inflater reads "deflate", which is zlib's format, though some servers send it
// without its head (RFC 9110 section 8.4.1.2).
func inflater(body []byte) io.Reader {
	if from, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
		return from
	}
	return flate.NewReader(bytes.NewReader(body))
}
