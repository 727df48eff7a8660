package api

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Texts that clients of the public API know (contract part 1.1).
const (
	parsingTitle    = "Request parsing error"
	throttledType   = "request_was_throttled"
	throttledDetail = "Request was throttled."
)

// refusal is an error with a status of its own; 0 leaves it to the kind.
type refusal struct {
	status int
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// errorObject is the JSON of every error. Clients read type, title and detail and
// die if one is not a string; the rest is ours.
type errorObject struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`

	Kind    engine.Kind `json:"kind" doc:"why: invalid, limit, unauthorized, forbidden, not_found, conflict, throttled or internal"`
	Reason  string      `json:"reason,omitempty" doc:"the rule that was broken, where title is a text that all share"`
	Hint    string      `json:"hint,omitempty" doc:"what to do about it"`
	Field   string      `json:"field,omitempty" doc:"the parameter or member that is wrong"`
	Column  int         `json:"column,omitempty" doc:"where a query is wrong, from 1"`
	Limit   *int64      `json:"limit,omitempty" doc:"what is allowed"`
	Current *int64      `json:"current,omitempty" doc:"what there is, or was asked for"`
	Request string      `json:"request_id,omitempty" doc:"names the request in the engine's log"`
}

// ErrorShape is a value of the type that every error is answered as.
func ErrorShape() any { return errorObject{} }

// WriteError answers with an error. status 0 is the usual one of its kind. The text
// of an error that is no [engine.Error] stays inside: it was not written for users.
func WriteError(w http.ResponseWriter, err error, status int) {
	var known *engine.Error
	if !errors.As(err, &known) {
		known = &engine.Error{Kind: engine.Internal, Title: "Internal error", Detail: "the engine failed in a way it should not have", Hint: "the engine's log has the cause beside the request id"}
	}
	if status == 0 {
		status = usualStatus(known)
	}
	object := describe(known, status)
	object.Column = columnOf(err)
	object.Request = w.Header().Get("X-Request-Id")
	if known.Kind == engine.Throttled {
		w.Header().Set("Retry-After", retrySeconds(known.RetryAfter))
	}
	writeJSON(w, status, object)
}

// statusOf gives the status of an error where it differs from its kind's, else 0.
func statusOf(route Route, err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.status
	}
	if engine.KindOf(err) == engine.Conflict {
		return route.Conflict
	}
	return 0
}

// usualStatus is that of the kind, but for an answer larger than the plan allows
// (contract part 1.1).
func usualStatus(e *engine.Error) int {
	if e.Title == engine.TitleAnswerSize {
		return http.StatusPaymentRequired
	}
	return kindStatus(e.Kind)
}

func kindStatus(kind engine.Kind) int {
	switch kind {
	case engine.Invalid, engine.Limit:
		return http.StatusBadRequest
	case engine.Unauthorized:
		return http.StatusUnauthorized
	case engine.Forbidden:
		return http.StatusForbidden
	case engine.NotFound:
		return http.StatusNotFound
	case engine.Conflict:
		return http.StatusConflict
	case engine.Throttled:
		return http.StatusTooManyRequests
	case engine.Internal:
	}
	return http.StatusInternalServerError
}

func describe(e *engine.Error, status int) errorObject {
	o := errorObject{Type: snake(e.Title), Title: e.Title, Detail: cut(e.Detail), Kind: e.Kind, Hint: e.Hint, Field: e.Field}
	switch {
	case e.Kind == engine.Throttled:
		o.Type, o.Detail = throttledType, throttledDetail
	case e.Kind == engine.Invalid && status == http.StatusBadRequest && e.Title != parsingTitle:
		o.Type, o.Title, o.Reason = snake(parsingTitle), parsingTitle, e.Title
	}
	if o.Title == "" {
		o.Title = http.StatusText(status)
	}
	if o.Detail == "" {
		o.Detail = e.Title
	}
	if e.Kind == engine.Limit || e.Limit != 0 {
		o.Limit, o.Current = &e.Limit, &e.Current
	}
	return o
}

// cut keeps a value of the request that an error quotes from making the answer as
// large as the request.
func cut(detail string) string {
	const limit = 1000
	runes := 0
	for i := range detail {
		if runes++; runes > limit {
			return detail[:i] + "…"
		}
	}
	return detail
}

// columnOf finds where a query went wrong, 0 if it was not a query.
func columnOf(err error) int {
	var syntax *query.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Column
	}
	return 0
}

// retrySeconds is a whole number of seconds (RFC 9110 section 10.2.3), at least one,
// and never so few that the next request is too soon again.
func retrySeconds(d time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(d.Seconds()))))
}

// snake gives "max_number_of_targets" for "Max number of targets".
func snake(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	if len(words) == 0 {
		return "error"
	}
	return strings.Join(words, "_")
}

// badRequest is an error about the form of a request rather than what it asks.
func badRequest(field, detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: parsingTitle, Field: field, Detail: detail, Hint: hint}
}

// parsingError explains why a body is not JSON.
func parsingError(err error) error {
	var syntax *json.SyntaxError
	detail := "the body is not valid JSON: " + err.Error()
	if errors.As(err, &syntax) {
		detail += " at byte " + strconv.FormatInt(syntax.Offset, 10)
	}
	return badRequest("", detail, "send one JSON object")
}
