package report_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// issuer is GitHub's side of identities: it fails some times and then answers.
func issuer(t *testing.T, failures, status int) (*httptest.Server, *int) {
	t.Helper()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		switch {
		case r.Header.Get("Authorization") != "Bearer request" || r.URL.Query().Get("audience") != "https://portolan.example":
			http.Error(w, "who?", http.StatusUnauthorized)
		case asked <= failures:
			http.Error(w, "busy", status)
		default:
			_, _ = w.Write([]byte(`{"count":1,"value":"header.claims.signature"}`))
		}
	}))
	t.Cleanup(server.Close)
	return server, &asked
}

func TestIdentity(t *testing.T) {
	tests := []struct {
		failures, status, asked int
		ok                      bool
	}{{0, 0, 1, true}, {1, 503, 2, true}, {9, 403, 1, false}}
	for _, test := range tests {
		server, asked := issuer(t, test.failures, test.status)
		s := newStep(t)
		s.env["ACTIONS_ID_TOKEN_REQUEST_URL"], s.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = server.URL+"?api-version=2.0", "request"
		token, err := s.runner().IDToken(t.Context(), "https://portolan.example")
		if (err == nil) != test.ok || *asked != test.asked {
			t.Errorf("%+v: %v after %d", test, err, *asked)
		}
		if test.ok && (token != "header.claims.signature" || !strings.Contains(s.log.String(), "::add-mask::"+token)) {
			t.Errorf("the token is %q, the log %q", token, s.log.String())
		}
	}
}

func TestIdentityThatMayNotBeAskedFor(t *testing.T) {
	_, err := newStep(t).runner().IDToken(t.Context(), "x")
	if engine.KindOf(err) != engine.Forbidden || !strings.Contains(err.Error(), "id-token: write") {
		t.Error(err)
	}
}
