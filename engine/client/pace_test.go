package client_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// paced runs n reads at once against handler in a bubble and gives how long they took.
func paced(t *testing.T, config client.Config, n int, handler http.HandlerFunc) (took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &host{}
		transport := &http.Transport{DialContext: h.dial}
		defer transport.CloseIdleConnections()
		config.Endpoint, config.Key, config.HTTP = endpoint, key, &http.Client{Transport: transport}
		c, err := client.New(config)
		if err != nil {
			t.Fatal(err)
		}
		defer h.run(handler)()
		began := time.Now()
		var all sync.WaitGroup
		for range n {
			all.Go(func() {
				if _, err := c.Scan(t.Context(), 7); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		took = time.Since(began)
	})
	return took
}

func TestRequestsAtOnce(t *testing.T) {
	var now, most atomic.Int32
	took := paced(t, client.Config{AtOnce: 3}, 9, func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), now.Add(1)))
		<-time.After(time.Second) // a slow engine, on the clock of the bubble
		now.Add(-1)
		_, _ = fmt.Fprint(w, `{"id":7}`)
	})
	if most.Load() != 3 || took != 3*time.Second {
		t.Errorf("%d requests at once, 9 took %s", most.Load(), took)
	}
}

func TestRequestsPerMinute(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, `{"id":7}`) }
	if took := paced(t, client.Config{PerMinute: 60}, 60, answer); took != 0 {
		t.Errorf("the requests of one minute took %s", took)
	}
	if took := paced(t, client.Config{PerMinute: 60}, 90, answer); took != 30*time.Second {
		t.Errorf("half as many again took %s, want 30s", took)
	}
}

// TestOneRefusalIsForAll: what one request is told to wait the others wait too, instead
// of being refused themselves.
func TestOneRefusalIsForAll(t *testing.T) {
	var asked atomic.Int32
	paced(t, client.Config{AtOnce: 1}, 20, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.Header().Set("Retry-After", "10")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = fmt.Fprint(w, `{"id":7}`)
	})
	if got := asked.Load(); got != 21 {
		t.Errorf("%d requests for 20 answers and one refusal", got)
	}
}

func TestTimeoutOfAnAnswer(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, _ *client.Client) {
		transport := &http.Transport{DialContext: h.dial}
		defer transport.CloseIdleConnections()
		c, err := client.New(client.Config{Endpoint: endpoint, Key: key, HTTP: &http.Client{Transport: transport}, Timeout: 2 * time.Second, MaxRetries: -1})
		if err != nil {
			t.Fatal(err)
		}
		defer h.run(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))()
		began := time.Now()
		_, err = c.Scan(t.Context(), 7)
		if got := known(t, err); time.Since(began) != 2*time.Second || got.Title != "Endpoint does not answer" {
			t.Errorf("after %s: %+v", time.Since(began), got)
		}
	})
}
