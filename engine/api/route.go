// Package api turns one table of routes into an HTTP handler: paths, methods,
// authentication, limits, panics and errors are settled here once, for every
// dialect. Begin with [Route] and [New]; a [Handler] gets a [Call] and gives an
// error or answers.
//
// It is not a dialect (those are its sub-packages, which own paths and shapes) and
// knows no rule of the engine (that is control).
package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Class says against which limit of a user's a request counts.
type Class string

// The classes.
const (
	Ordinary     Class = "ordinary"     // everything that is not said to be another
	Certificates Class = "certificates" // search and count of certificates, which the public service limits more
	Exempt       Class = "exempt"       // counts against nothing
)

// Handler answers one request. The error it gives becomes the answer if nothing has
// been written yet, and cuts the answer off otherwise.
type Handler func(*Call) error

// Route is one row of the table: everything there is to know about one method of
// one path. The API's documents are made from it, see package openapi.
type Route struct {
	Method string
	Path   string // ends in a slash; served without it too. {name} is one segment, see [Call.Path]
	Handle Handler

	ID      string // the operation's name in the documents and in generated clients: "createScan"
	Chapter string // of the documents: "Scans"
	Summary string // what it does, in a few words
	Doc     string // what else there is to know: order, side effects, what the answer means
	Own     bool   // the public service has no such thing

	Parameters []Argument // of the path and the query string
	Headers    []Argument
	Body       []Argument    // members of a JSON object; nil if none is read
	Answer     any           // a value of the type that is answered; nil for an empty answer
	Formats    []Format      // what else may be answered than one JSON value
	Nothing    string        // when it answers 204 instead, with nothing; "" for never
	Refuses    []engine.Kind // beside what each route may, see [Route.Refusals]

	Large bool // its body may have [MaxBody] bytes instead of [UsualBody]
	Sized bool // its answer may be larger than the plan allows, see [engine.TitleAnswerSize]
	Open  bool // needs no key
	// Scope is what a key must be for at least; "" is [engine.KeyRead] for GET and
	// [engine.KeyManage] for everything else, so that a row that says nothing lets nobody
	// in who should not be.
	Scope   engine.KeyScope
	Class   Class // "" is [Ordinary]
	Success int   // status of [Call.Answer]

	// Conflict is the status of an [engine.Conflict], 0 for 409: some dialects call
	// it a bad request.
	Conflict int
}

// Format is a form of an answer that is not one JSON value.
type Format struct {
	Type string // media type: "text/csv"
	Doc  string // when it is answered, and what it looks like
}

// String gives "GET /api/scanner/{id}/".
func (r Route) String() string { return r.Method + " " + r.Path }

// Throttle is the route's class.
func (r Route) Throttle() Class {
	if r.Class == "" {
		return Ordinary
	}
	return r.Class
}

// KeyScope is what a key must be for at least.
func (r Route) KeyScope() engine.KeyScope {
	switch {
	case r.Scope != "":
		return r.Scope
	case r.Method == http.MethodGet:
		return engine.KeyRead
	}
	return engine.KeyManage
}

func (r Route) maxBody() int64 {
	if r.Large {
		return MaxBody
	}
	return UsualBody
}

// Refusals are the kinds of errors that the route's answer may be, by status:
// what it says itself and what follows from the rest of the row. wrongKey is
// [Config.WrongKey].
func (r Route) Refusals(wrongKey int) map[int][]engine.Kind {
	refusals := map[int][]engine.Kind{}
	add := func(status int, kind engine.Kind) {
		if !slices.Contains(refusals[status], kind) {
			refusals[status] = append(refusals[status], kind)
		}
	}
	for _, kind := range slices.Concat(r.implied(), r.Refuses) {
		status := kindStatus(kind)
		if kind == engine.Conflict && r.Conflict != 0 {
			status = r.Conflict
		}
		add(status, kind)
	}
	if r.Sized {
		add(http.StatusPaymentRequired, engine.Limit)
	}
	if !r.Open && wrongKey != 0 {
		add(wrongKey, engine.Unauthorized)
	}
	return refusals
}

// implied are the kinds of errors that follow from the row itself.
func (r Route) implied() []engine.Kind {
	var kinds []engine.Kind
	if r.Parameters != nil || r.Headers != nil || r.Body != nil {
		kinds = append(kinds, engine.Invalid)
	}
	if !r.Open {
		kinds = append(kinds, engine.Unauthorized, engine.Forbidden)
	}
	if strings.Contains(r.Path, "{") {
		kinds = append(kinds, engine.NotFound)
	}
	if !r.Open && r.Throttle() != Exempt {
		kinds = append(kinds, engine.Throttled)
	}
	return append(kinds, engine.Internal)
}

// pathRoutes are the routes of one path, by method.
type pathRoutes map[string]Route

// find gives the route of a method; HEAD is GET whose body net/http drops.
func (p pathRoutes) find(method string) (Route, bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	route, ok := p[method]
	return route, ok
}

// methods lists the methods of the path for the header Allow (RFC 9110 section 10.2.1).
func (p pathRoutes) methods() []string {
	var methods []string
	for method := range p {
		methods = append(methods, method)
		if method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return methods
}
