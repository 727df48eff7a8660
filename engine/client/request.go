package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// callTime is how long a call may take with all its repetitions, unless the
	// caller's context ends it sooner.
	callTime = 3 * time.Minute
	// maxAnswer is the largest answer in bytes: a list of some hundred scans of
	// [engine.MaxTargets] targets each.
	maxAnswer = 256 << 20
)

// request is one request to the engine.
type request struct {
	method     string
	path       string // from /api/
	parameters url.Values
	body       any    // nil: none
	key        string // names the request to the engine, "" for none
	safe       bool   // changes nothing, or nothing more when it comes again: it may be sent twice
	long       bool   // the answer comes when something happens, or in parts
}

func get(path string, parameters url.Values) request {
	return request{method: http.MethodGet, path: path, parameters: parameters, safe: true}
}

// call sends r and reads the answer into out, unless that is nil.
func (c *Client) call(ctx context.Context, r request, out any) error {
	limited, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	response, err := c.send(limited, r)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return interruptedOr(ctx, c.unreachable(err, false))
	case len(body) > maxAnswer:
		return c.notAnEngine(fmt.Sprintf("its answer is larger than %d MB", maxAnswer>>20), nil)
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return c.notAnEngine("its answer is not what an engine answers", err)
	}
	return nil
}

// send sends r until it is answered with success, cannot be, or has been sent as
// often as is sensible.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	for attempt := 0; ; attempt++ {
		response, err := c.attempt(ctx, r)
		if err == nil {
			return response, nil
		}
		if attempt >= c.retries || !repeatable(r, err) {
			return nil, err
		}
		if err := sleep(ctx, delay(attempt, err)); err != nil {
			return nil, err
		}
	}
}

// attempt sends r once, when it is its turn.
func (c *Client) attempt(ctx context.Context, r request) (*http.Response, error) {
	leave, err := c.pace.enter(ctx, r)
	if err != nil {
		return nil, err
	}
	defer leave()
	response, err := c.exchange(ctx, r)
	c.pace.heed(err)
	return response, err
}

// errSlow is the cause when the answer of a request has not begun in time.
var errSlow = errors.New("no answer came in time")

// exchange sends r and gives its answer, if that is a success.
func (c *Client) exchange(ctx context.Context, r request) (*http.Response, error) {
	if c.timeout > 0 && !r.long {
		limited, cancel := context.WithCancelCause(ctx) // ends with the call, as the answer is still to be read
		defer time.AfterFunc(c.timeout, func() { cancel(errSlow) }).Stop()
		ctx = limited
	}
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	sent, err := c.build(httptrace.WithClientTrace(ctx, trace), r)
	if err != nil {
		return nil, badEndpoint(err.Error())
	}
	response, err := c.http.Do(sent)
	if err != nil && errors.Is(context.Cause(ctx), errSlow) {
		err = fmt.Errorf("%w, within %s", errSlow, c.timeout)
	}
	if err != nil {
		return nil, c.unreachable(err, !connected.Load())
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		defer response.Body.Close()
		return nil, c.refusal(response)
	}
	return response, nil
}

func (c *Client) build(ctx context.Context, r request) (*http.Request, error) {
	target := *c.base
	target.Path += r.path
	target.RawQuery = r.parameters.Encode()
	var body io.Reader
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("encode the request: %w", err)
		}
		body = bytes.NewReader(encoded)
	}
	sent, err := http.NewRequestWithContext(ctx, r.method, target.String(), body)
	if err != nil {
		return nil, fmt.Errorf("build the request: %w", err)
	}
	sent.Header.Set("Accept", "application/json")
	sent.Header.Set("Content-Type", "application/json")
	sent.Header.Set("User-Agent", c.agent)
	if r.key != "" {
		sent.Header.Set(engine.RequestKeyHeader, r.key)
	}
	for name, value := range c.headers {
		sent.Header.Set(name, value)
	}
	switch {
	case c.user != "":
		sent.SetBasicAuth(c.user, c.key)
	case c.key != "":
		sent.Header.Set("Authorization", "Bearer "+c.key)
	}
	return sent, nil
}

// interruptedOr gives err, or what the caller's own context says when that has ended.
func interruptedOr(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return interrupted(ctx.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded))
}
