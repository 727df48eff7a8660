package client_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

func TestRedirectsToOtherHostsAreRefused(t *testing.T) {
	var reached atomic.Int32
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(thief.Close)
	for _, status := range []int{301, 302, 307, 308} {
		c := answers(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, thief.URL+r.URL.Path, status) })
		_, read := c.Scan(t.Context(), 7)
		_, written := c.CreateScan(t.Context(), engine.ScanRequest{})
		for _, err := range []error{read, written} {
			if got := known(t, err); got.Title != "Endpoint redirects elsewhere" || got.Field != "endpoint" || !strings.Contains(got.Detail, thief.URL) {
				t.Errorf("%d: %+v", status, got)
			}
		}
	}
	if reached.Load() != 0 {
		t.Error("the other host was asked")
	}
}

func TestRedirectsOnTheSameHost(t *testing.T) {
	var posts atomic.Int32
	c := answers(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts.Add(1)
		}
		if r.URL.Path == "/api/scanner/7/" || r.Method != http.MethodGet {
			http.Redirect(w, r, "/moved/", http.StatusTemporaryRedirect)
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+key {
			t.Error("the key is missing after a redirect on the same host")
		}
		_, _ = fmt.Fprint(w, `{"id":7}`)
	})
	if scan, err := c.Scan(t.Context(), 7); err != nil || scan.ID != 7 {
		t.Errorf("%+v, %v", scan, err)
	}
	// What changes something is sent where it was meant to go, and nowhere else.
	if _, err := c.CreateScan(t.Context(), engine.ScanRequest{}); known(t, err).Field != "endpoint" || posts.Load() != 1 {
		t.Errorf("%v after %d requests", err, posts.Load())
	}
}

func TestRedirectsEnd(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
	}))
	t.Cleanup(server.Close)
	c, err := client.New(client.Config{Endpoint: server.URL, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Scan(t.Context(), 7); known(t, err).Field != "endpoint" || asked.Load() > 10 {
		t.Errorf("%v after %d requests", err, asked.Load())
	}
}
