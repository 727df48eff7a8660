package client

import (
	"fmt"
	"net/http"
)

const maxRedirects = 5

// redirectError says where the endpoint wanted us to go.
type redirectError struct {
	to string
}

func (e *redirectError) Error() string { return "redirected to " + e.to }

// checkRedirect follows a redirect only for a request that changes nothing, and only
// on the host that the user named: no other is to see the key.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	sameHost := next.URL.Scheme == first.URL.Scheme && next.URL.Host == first.URL.Host
	if sameHost && first.Method == http.MethodGet && len(via) <= maxRedirects {
		return nil
	}
	return &redirectError{to: fmt.Sprintf("%s://%s", next.URL.Scheme, next.URL.Host)}
}
