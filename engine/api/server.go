package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Config is a dialect: its table and what it needs of the engine.
type Config struct {
	Routes []Route
	// Authenticate gives the user with a key and what it is for, or an
	// [engine.Unauthorized] error.
	Authenticate func(ctx context.Context, key string) (engine.User, engine.KeyScope, error)
	// Throttle refuses a request that comes too soon, as an [engine.Throttled] error.
	// nil refuses none.
	Throttle func(ctx context.Context, caller engine.User, class Class) error
	// WrongKey is the status when a key is not known; 0 is 401.
	WrongKey int
	Log      *slog.Logger // nil drops what is logged
}

// server is the handler of one dialect.
type server struct {
	Config
	mux *http.ServeMux
}

var _ http.Handler = (*server)(nil)

// New makes the handler of a dialect. Every answer but a stream is JSON, errors of
// every kind included. It panics on a table that contradicts itself.
func New(config Config) http.Handler {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{Config: config, mux: http.NewServeMux()}
	paths := map[string]pathRoutes{}
	for _, route := range config.Routes {
		if paths[route.Path] == nil {
			paths[route.Path] = pathRoutes{}
		}
		if _, twice := paths[route.Path][route.Method]; twice {
			panic("api: two routes for " + route.String())
		}
		paths[route.Path][route.Method] = route
	}
	for path, routes := range paths {
		s.mux.HandleFunc(path+"{$}", s.dispatcher(routes))
	}
	s.mux.HandleFunc("/", s.noPath)
	return s
}

// ServeHTTP answers a request, whatever happens on the way.
func (s *server) ServeHTTP(writer http.ResponseWriter, r *http.Request) {
	w := &answerWriter{ResponseWriter: writer}
	id := requestID(r)
	setHeaders(w.Header(), id)
	defer s.survive(w, r, id)
	tidied, ok := tidy(r)
	if !ok {
		s.noPath(w, r)
		return
	}
	s.mux.ServeHTTP(w, tidied)
}

func setHeaders(h http.Header, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff") // text of scanned hosts is in the answers
	h.Set("Cache-Control", "no-store")
}

// survive turns a panic into an answer, or cuts off one already begun.
func (s *server) survive(w *answerWriter, r *http.Request, id string) {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler { //nolint:errorlint // a panic value, compared as net/http does
		panic(cause)
	}
	s.Log.ErrorContext(r.Context(), "request panicked", "method", r.Method, "path", r.URL.Path, "request", id, "panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
	if w.started {
		panic(http.ErrAbortHandler)
	}
	WriteError(w, fmt.Errorf("panic: %v", cause), http.StatusInternalServerError)
}

// noPath answers for a path that is in no row. Its kind is not NotFound: for a
// program that means a thing is gone, and here it is the request that is wrong.
func (s *server) noPath(w http.ResponseWriter, r *http.Request) {
	WriteError(w, &engine.Error{
		Kind: engine.Invalid, Title: "No such path", Detail: fmt.Sprintf("there is nothing at %s", r.URL.Path),
		Hint: "paths begin with /api/; check the address for a misspelling or a doubled prefix",
	}, http.StatusNotFound)
}

// dispatcher chooses among the methods of one path.
func (s *server) dispatcher(routes pathRoutes) http.HandlerFunc {
	allow := strings.Join(routes.methods(), ", ")
	return func(w http.ResponseWriter, r *http.Request) {
		route, ok := routes.find(r.Method)
		if !ok {
			w.Header().Set("Allow", allow)
			WriteError(w, &engine.Error{
				Kind: engine.Invalid, Title: "Method not allowed", Detail: fmt.Sprintf("%s does not take %s", r.URL.Path, r.Method), Hint: "use " + allow,
			}, http.StatusMethodNotAllowed)
			return
		}
		s.serve(route, w, r)
	}
}

// serve answers by one route.
func (s *server) serve(route Route, w http.ResponseWriter, r *http.Request) {
	call := &Call{Request: r, route: route, writer: w}
	if err := s.admit(call); err != nil {
		s.fail(call, err)
		return
	}
	err := route.Handle(call)
	if call.tooMuch {
		// Answer while the client is still sending.
		_ = http.NewResponseController(w).EnableFullDuplex()
		defer call.drain()
	}
	if err != nil {
		s.fail(call, err)
	}
}

// admit settles who is calling and whether they may now.
func (s *server) admit(call *Call) (err error) {
	if call.route.Open {
		return nil
	}
	var user string
	if call.Key, user = keyOf(call.Request); call.Key == "" {
		return noKey()
	}
	var scope engine.KeyScope
	if call.Caller, scope, err = s.Authenticate(call.Context(), call.Key); err == nil {
		err = checkUser(call.Caller, user)
	}
	if err != nil {
		return &refusal{status: s.wrongKeyStatus(err), err: err}
	}
	if s.Throttle != nil {
		err = s.Throttle(call.Context(), call.Caller, call.route.Throttle())
	}
	return cmp.Or(err, checkScope(call.route, scope))
}

func (s *server) wrongKeyStatus(err error) int {
	if engine.KindOf(err) == engine.Unauthorized {
		return s.WrongKey
	}
	return 0
}

// fail makes err the answer. Failures of our own are logged here and nowhere else.
func (s *server) fail(call *Call, err error) {
	w, r := call.writer, call.Request
	switch {
	case r.Context().Err() != nil:
		err = stopping(err) // or the client has gone, and nobody reads this
	case engine.KindOf(err) == engine.Internal:
		s.Log.ErrorContext(r.Context(), "request failed", "route", call.route.String(), "request", w.Header().Get("X-Request-Id"), "error", err)
	}
	if started(w) {
		panic(http.ErrAbortHandler) // so that the client sees that the answer is not whole
	}
	WriteError(w, err, statusOf(call.route, err))
}

// stopping is what a request ends with whose context ended before it: it is to be
// repeated, not corrected.
func stopping(err error) error {
	return &refusal{status: http.StatusServiceUnavailable, err: &engine.Error{
		Kind: engine.Internal, Title: "Engine is stopping", Detail: "the request was given up because the engine is stopping", Hint: "try again", Err: err,
	}}
}

// requestID is the caller's name for the request, if it can be put in a log, or a new one.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if id == "" || len(id) > 64 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
		return rand.Text()
	}
	return id
}
