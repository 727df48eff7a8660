package client_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// canned gives every request the same answer.
type canned struct {
	status int
	body   string
	header http.Header
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status, Header: c.header, Request: r, ProtoMajor: 1, ProtoMinor: 1,
		ContentLength: -1, Body: io.NopCloser(strings.NewReader(c.body)),
	}, nil
}

// FuzzAnswers: whatever an endpoint answers, a call gives a value or an engine.Error
// with a kind, and text that a terminal can show.
func FuzzAnswers(f *testing.F) {
	f.Add(200, `{"id":7,"scan_progress":[{"id":1,"state":"pending","description":null,"timestamp":"2026-01-02T03:04:05.123456Z"}],"targets":["192.0.2.1"]}`, "")
	f.Add(200, ": alive\n\nid: 4\nevent: step\ndata: {\"id\":4}\n\nevent:queue\r\ndata:{\"queue_position\":2}\r\n\r\nevent: counts\ndata: {}\n\nevent: end\ndata: {\"id\":\ndata: 7}\n\n", "")
	f.Add(200, "{\"data\":{\"port\":80}}\n\n{\"data\":{}}\n", "")
	f.Add(400, `{"type":"request_parsing_error","title":"Request parsing error","detail":"x","kind":"invalid","reason":"Target is not valid","field":"targets[3]","column":3}`, "")
	f.Add(429, `{"type":"request_was_throttled","title":"Too fast","detail":"Request was throttled.","kind":"throttled"}`, "3")
	f.Add(503, `{"title":"\u001b[31m"}`, "Fri, 31 Dec 1999 23:59:59 GMT")
	f.Add(302, "<html>moved</html>", "-1")
	f.Fuzz(func(t *testing.T, status int, body, retryAfter string) {
		if status < 200 || status > 599 {
			return
		}
		answer := canned{status: status, body: body, header: http.Header{"Retry-After": {retryAfter}}}
		c, err := client.New(client.Config{Endpoint: endpoint, Key: key, HTTP: &http.Client{Transport: answer}, MaxRetries: -1})
		if err != nil {
			t.Fatal(err)
		}
		_, scanned := c.Scan(t.Context(), 7)
		_, listed := c.Search(t.Context(), client.SearchRequest{Query: "*"})
		errs := []error{scanned, listed, c.DeleteScan(t.Context(), 7)}
		for _, err := range c.Download(t.Context(), client.DownloadRequest{Query: "*"}) {
			errs = append(errs, err)
		}
		for _, err := range c.ReadEvents(strings.NewReader(body)) {
			errs = append(errs, err)
		}
		for _, err := range errs {
			isShown(t, err)
		}
	})
}

func isShown(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var known *engine.Error
	if !errors.As(err, &known) || known.Kind == "" || known.RetryAfter < 0 {
		t.Fatalf("%#v", err)
	}
	if text := known.Title + known.Hint + known.Field; strings.ContainsAny(text, "\x1b\x00\n\r") {
		t.Errorf("%q is not fit for a terminal", text)
	}
}
