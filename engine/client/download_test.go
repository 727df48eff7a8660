package client_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

func TestDownloadsThatAreNotWholeEndWithAnError(t *testing.T) {
	huge := `{"data":{"x":"` + strings.Repeat("x", 17<<20) + "\"}}\n"
	for name, test := range map[string]struct {
		body      string
		abort     bool
		documents int
		title     string // "" is a whole download
	}{
		"whole":           {"{\"data\":{}}\n\n  \n{\"data\":{}}\r\n", false, 2, ""},
		"empty":           {"", false, 0, ""},
		"cut off":         {"{\"data\":{}}\n{\"data\":{}}\n", true, 2, "Download broke off"},
		"cut in a line":   {"{\"data\":{}}\n{\"data\":{", true, 1, "Download broke off"},
		"no last break":   {"{\"data\":{}}\n{\"data\":{}}", false, 1, "Download broke off"},
		"not JSON":        {"{\"data\":{}}\n<html>\n", false, 1, "Endpoint is not an engine"},
		"another object":  {"{\"x\":1}\n", false, 0, "Endpoint is not an engine"},
		"array":           {"[{\"data\":{}}]\n", false, 0, "Endpoint is not an engine"},
		"too long a line": {huge, false, 0, "Download broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			c := answers(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, test.body)
				if test.abort {
					_ = http.NewResponseController(w).Flush()
					panic(http.ErrAbortHandler)
				}
			})
			documents, last := 0, error(nil)
			for _, err := range c.Download(t.Context(), client.DownloadRequest{Query: "*"}) {
				if last = err; err == nil {
					documents++
				}
			}
			title := ""
			if last != nil {
				title = known(t, last).Title
			}
			if documents != test.documents || title != test.title {
				t.Errorf("%d documents and %q, want %d and %q: %v", documents, title, test.documents, test.title, last)
			}
		})
	}
}
