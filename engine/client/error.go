package client

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	maxErrorBody = 64 << 10
	maxErrorText = 2000 // characters
)

// unreachable is the error of a request that got no answer.
func (c *Client) unreachable(err error, unsent bool) error {
	var redirect *redirectError
	if errors.As(err, &redirect) {
		return &engine.Error{
			Kind: engine.Invalid, Title: "Endpoint redirects elsewhere", Field: "endpoint", Err: err,
			Detail: fmt.Sprintf("%s redirects to %s, and the API key is not sent there", c.base, redirect.to),
			Hint:   "if that is where the engine is, make it the endpoint",
		}
	}
	if distrusted(err) {
		return &engine.Error{
			Kind: engine.Internal, Title: "Endpoint is not trusted", Field: "endpoint", Err: err,
			Detail: fmt.Sprintf("%s: %v", c.base, causeOf(err)), Hint: "use a certificate that this machine trusts, for the name in the endpoint",
		}
	}
	return &engine.Error{
		Kind: engine.Internal, Title: "Endpoint does not answer", Field: "endpoint",
		Detail: fmt.Sprintf("%s: %v", c.base, causeOf(err)), Hint: "check the endpoint, and that portolan serve runs there",
		Err: &trouble{passing: !hopeless(err), unsent: unsent, cause: err},
	}
}

// distrusted reports whether the other side could not prove who it is.
func distrusted(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &name)
}

// hopeless reports what trying again does not change: no such name, or a closed
// engine in this process.
func hopeless(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound || errors.Is(err, net.ErrClosed)
}

// causeOf leaves out what net/http says about the URL, which is known.
func causeOf(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// notAnEngine is the error of an answer that no engine gives.
func (c *Client) notAnEngine(why string, err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: "Endpoint is not an engine", Field: "endpoint", Err: err,
		Detail: fmt.Sprintf("%s: %s", c.base, why), Hint: "check the endpoint: it is the address of portolan serve, without /api",
	}
}

func interrupted(err error, deadline bool) error {
	title := "Request was interrupted"
	if deadline {
		title = "Request took too long"
	}
	return &engine.Error{Kind: engine.Internal, Title: title, Detail: err.Error(), Err: err}
}

// errorObject is the JSON of an engine's error.
type errorObject struct {
	Title   string      `json:"title"`
	Detail  string      `json:"detail"`
	Kind    engine.Kind `json:"kind"`
	Reason  string      `json:"reason"`
	Hint    string      `json:"hint"`
	Field   string      `json:"field"`
	Limit   int64       `json:"limit"`
	Current int64       `json:"current"`
}

// refusal turns an answer that is no success back into the error it was.
func (c *Client) refusal(response *http.Response) error {
	var object errorObject
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody)) // cut off is as good as foreign
	if json.Unmarshal(body, &object) != nil || object.Title+object.Detail == "" {
		return c.foreign(response)
	}
	known := &engine.Error{
		Kind: object.Kind, Title: plain(object.Title), Detail: plain(object.Detail), Hint: plain(object.Hint), Field: plain(object.Field),
		Limit: object.Limit, Current: object.Current, RetryAfter: retryAfterOf(response.Header), Err: troubleOf(response.StatusCode),
	}
	if object.Reason != "" {
		known.Title = plain(object.Reason)
	}
	if !isKind(known.Kind) {
		known.Kind = kindOf(response.StatusCode)
	}
	if known.Kind == engine.Unauthorized {
		known.Field = "api_key"
	}
	return known
}

// foreign is the error of an answer that something else than an engine gave, such as
// a proxy. Not found means nothing then: it is no word on whether a scan exists.
func (c *Client) foreign(response *http.Response) error {
	known := &engine.Error{
		Kind: engine.Internal, Title: "Endpoint is not an engine", Field: "endpoint",
		Detail: fmt.Sprintf("%s answers %d %s, and not as an engine does", c.base, response.StatusCode, http.StatusText(response.StatusCode)),
		Hint:   "check the endpoint, and what stands between here and the engine",
		Err:    troubleOf(response.StatusCode), RetryAfter: retryAfterOf(response.Header),
	}
	switch response.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		known.Kind = kindOf(response.StatusCode)
		known.Title = http.StatusText(response.StatusCode)
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		known.Title = "Endpoint does not answer"
	}
	return known
}

// troubleOf says what a status means for sending the request again, nil if nothing.
func troubleOf(status int) error {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &trouble{passing: true}
	}
	return nil
}

func isKind(kind engine.Kind) bool {
	switch kind {
	case engine.Invalid, engine.Limit, engine.Unauthorized, engine.Forbidden, engine.NotFound, engine.Conflict, engine.Throttled, engine.Internal:
		return true
	}
	return false
}

// kindOf guesses the kind of an error that does not say.
func kindOf(status int) engine.Kind {
	switch status {
	case http.StatusUnauthorized:
		return engine.Unauthorized
	case http.StatusPaymentRequired:
		return engine.Limit
	case http.StatusForbidden:
		return engine.Forbidden
	case http.StatusNotFound:
		return engine.NotFound
	case http.StatusConflict:
		return engine.Conflict
	case http.StatusTooManyRequests:
		return engine.Throttled
	}
	if status < 500 {
		return engine.Invalid
	}
	return engine.Internal
}

// retryAfterOf reads Retry-After, seconds or a date (RFC 9110 section 10.2.3).
func retryAfterOf(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return time.Duration(max(0, seconds)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// plain makes text from elsewhere fit for a terminal: no control characters, and not
// without end.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxErrorText {
		text = string(runes[:maxErrorText]) + "…"
	}
	return text
}
