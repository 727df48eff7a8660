package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// The largest bodies of requests in bytes.
const (
	// UsualBody is that of most routes: the longest query with ten thousand indices fits
	// several times.
	UsualBody = 1 << 20
	// MaxBody is that of a [Route.Large] one: a scan of [engine.MaxTargets] names of
	// average length fits several times.
	MaxBody = 10 << 20
)

// writeTime is how long a client may take to read what it was sent last.
const writeTime = time.Minute

// Call is one request being answered.
type Call struct {
	Request *http.Request
	Caller  engine.User // the zero User on an open route
	Key     string      // the caller's key; never to be stored or logged

	route   Route
	writer  http.ResponseWriter
	tooMuch bool // the body is larger than is read
}

// Context ends when the client goes away or the server stops.
func (c *Call) Context() context.Context { return c.Request.Context() }

// Path gives the segment of the path that the route calls name.
func (c *Call) Path(name string) string { return c.Request.PathValue(name) }

// Parameters reads those parameters of the query string that the route describes.
func (c *Call) Parameters() Arguments {
	return ParseParameters(c.Request.URL.RawQuery).only(c.route.Parameters)
}

// Body reads the body as one JSON object, whatever its content type is said to be:
// curl calls every body a form. It gives those members that the route describes.
func (c *Call) Body() (Arguments, error) {
	body, err := c.bytes()
	if err != nil {
		return nil, err
	}
	members, err := ParseBody(body)
	return members.only(c.route.Body), err
}

// bytes reads the body, if it is not larger than the route takes.
func (c *Call) bytes() ([]byte, error) {
	limit := c.route.maxBody()
	if c.Request.ContentLength > limit {
		return nil, c.tooLarge(limit)
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.writer, c.Request.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, c.tooLarge(limit)
	case err != nil:
		return nil, badRequest("", "the body ended early", "send as much as Content-Length says")
	}
	return body, nil
}

// tooLarge refuses a body by its size (RFC 9110 section 15.5.14).
func (c *Call) tooLarge(limit int64) error {
	c.tooMuch = true
	return &refusal{status: http.StatusRequestEntityTooLarge, err: &engine.Error{
		Kind: engine.Invalid, Title: parsingTitle, Limit: limit, Current: max(c.Request.ContentLength, limit+1),
		Detail: fmt.Sprintf("the body is larger than %d MB", limit>>20), Hint: "write address ranges as CIDRs, or split the request",
	}}
}

// Most of a body that is too large is still taken in, and thrown away: many clients
// read no answer before they have sent everything, and see a broken connection instead.
const (
	drainBytes = 8 * MaxBody
	drainTime  = 5 * time.Second
)

// drain sends what has been answered and takes in the rest of the body.
func (c *Call) drain() {
	controller := http.NewResponseController(c.writer)
	// Where there are no deadlines, or no connection, there is nothing to wait for either.
	_ = controller.Flush()
	_ = controller.SetReadDeadline(time.Now().Add(drainTime))
	_, _ = io.Copy(io.Discard, io.LimitReader(c.Request.Body, drainBytes))
}

// ParseBody reads a JSON object.
func ParseBody(body []byte) (Arguments, error) {
	switch {
	case len(body) == 0:
		return nil, badRequest("", "the body is empty", "send one JSON object")
	case !json.Valid(body):
		return nil, parsingError(json.Unmarshal(body, new(json.RawMessage)))
	}
	if body = bytes.TrimSpace(body); body[0] != '{' {
		return nil, badRequest("", "the body is not a JSON object", "send one JSON object")
	}
	return members(body)
}

// Answer sends v as JSON with the route's status.
func (c *Call) Answer(v any) error {
	writeJSON(c.writer, c.route.Success, v)
	return nil
}

// AnswerPage sends something other than JSON with the route's status.
func (c *Call) AnswerPage(contentType string, page []byte) error {
	c.writer.Header().Set("Content-Type", contentType)
	c.writer.Header().Set("Content-Length", strconv.Itoa(len(page)))
	c.writer.WriteHeader(c.route.Success)
	_, _ = c.writer.Write(page) // see writeJSON
	return nil
}

// Header is the header of the answer, to be changed before it is sent.
func (c *Call) Header() http.Header { return c.writer.Header() }

// AnswerNothing sends an empty body, with the route's status or, where it has
// [Route.Nothing], with 204.
func (c *Call) AnswerNothing() error {
	status := c.route.Success
	if c.route.Nothing != "" {
		status = http.StatusNoContent
	}
	c.writer.WriteHeader(status)
	return nil
}

// Stream begins an answer of unknown length; what is written to it may wait a
// moment before it is sent. Close it when done.
func (c *Call) Stream(contentType string) *Stream {
	c.writer.Header().Set("Content-Type", contentType)
	c.writer.WriteHeader(c.route.Success)
	return newStream(c.writer)
}

// EventStream begins an answer of server-sent events: the client knows at once that it is
// heard, whenever the first of them comes. Proxies are asked to pass each on at once.
func (c *Call) EventStream() *Stream {
	c.writer.Header().Set("X-Accel-Buffering", "no")
	s := c.Stream("text/event-stream")
	s.flush()
	return s
}

// Patience tells the connection that the answer will take up to d.
func (c *Call) Patience(d time.Duration) {
	// Where there are no deadlines none has to be moved.
	_ = http.NewResponseController(c.writer).SetWriteDeadline(time.Now().Add(d + writeTime))
}
