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
// one path.
type Route struct {
	Method  string
	Path    string // ends in a slash; served without it too. {name} is one segment, see [Call.Path]
	Handle  Handler
	Summary string // what it does, in a few words
	Doc     string // parameters, body and answer, for the API's documents

	Open    bool  // needs no key
	Class   Class // "" is [Ordinary]
	Success int   // status of [Call.Answer]

	// Conflict is the status of an [engine.Conflict], 0 for 409: some dialects call
	// it a bad request.
	Conflict int
}

// String gives "GET /api/scanner/{id}/".
func (r Route) String() string { return r.Method + " " + r.Path }

func (r Route) class() Class {
	if r.Class == "" {
		return Ordinary
	}
	return r.Class
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
