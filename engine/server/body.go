package server

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// hurried gives the body of a request, if it has one, bodyTimeout to arrive. The
// ReadTimeout of an [http.Server] would also end the request's context when it runs
// out after the body, in the middle of a long poll.
func hurried(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody {
			body := &hurriedBody{ReadCloser: r.Body, connection: http.NewResponseController(w)}
			body.setDeadline(time.Now().Add(bodyTimeout))
			r.Body = body
		}
		next.ServeHTTP(w, r)
	})
}

type hurriedBody struct {
	io.ReadCloser
	connection *http.ResponseController
}

// Read lifts the deadline when the whole body is there.
func (b *hurriedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.setDeadline(time.Time{})
	}
	return n, err
}

func (b *hurriedBody) setDeadline(at time.Time) {
	_ = b.connection.SetReadDeadline(at) // fails where there are no deadlines to be moved
}
