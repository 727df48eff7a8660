package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// bubble runs test with a clock of its own.
func bubble(t *testing.T, test func(t *testing.T, h *host, c *client.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &host{}
		c, done := h.client(t)
		defer done()
		test(t, h, c)
	})
}

// failsFirst answers the first n requests with status and all others well.
func failsFirst(n, status int, asked *int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		*asked++
		if *asked <= n {
			w.WriteHeader(status)
			return
		}
		_, _ = fmt.Fprint(w, `{"id":7}`)
	}
}

func TestReadsAreRepeated(t *testing.T) {
	for _, status := range []int{429, 502, 503, 504} {
		bubble(t, func(t *testing.T, h *host, c *client.Client) {
			asked := 0
			defer h.run(failsFirst(3, status, &asked))()
			if scan, err := c.Scan(t.Context(), 7); err != nil || scan.ID != 7 || asked != 4 {
				t.Errorf("%d: %+v, %v after %d requests", status, scan, err, asked)
			}
		})
	}
}

func TestRepetitionEnds(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		asked := 0
		defer h.run(failsFirst(1000, 503, &asked))()
		_, err := c.Scan(t.Context(), 7)
		if got := known(t, err); got.Title != "Endpoint does not answer" || asked != 1+client.DefaultRetries {
			t.Errorf("%+v after %d requests", got, asked)
		}
	})
}

func TestOtherAnswersAreNotRepeated(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 500, 501} {
		bubble(t, func(t *testing.T, h *host, c *client.Client) {
			asked := 0
			defer h.run(failsFirst(1, status, &asked))()
			if _, err := c.Scan(t.Context(), 7); err == nil || asked != 1 {
				t.Errorf("%d: %v after %d requests", status, err, asked)
			}
		})
	}
}

// TestWritesAreNotRepeated: whatever the engine may have seen is sent once.
func TestWritesAreNotRepeated(t *testing.T) {
	writes := map[string]func(context.Context, *client.Client) error{
		"rename": func(ctx context.Context, c *client.Client) error { _, err := c.RenameScan(ctx, 7, "x"); return err },
		"delete": func(ctx context.Context, c *client.Client) error { return c.DeleteScan(ctx, 7) },
		"cancel": func(ctx context.Context, c *client.Client) error { _, err := c.CancelScan(ctx, 7); return err },
		"shift":  func(ctx context.Context, c *client.Client) error { _, err := c.ShiftScan(ctx, 7, 1); return err },
	}
	for name, write := range writes {
		for _, status := range []int{429, 502, 503, 0} {
			bubble(t, func(t *testing.T, h *host, c *client.Client) {
				asked := 0
				defer h.run(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					asked++
					if status == 0 {
						panic(http.ErrAbortHandler) // the connection breaks after the request has arrived
					}
					w.WriteHeader(status)
				}))()
				if err := write(t.Context(), c); err == nil || asked != 1 {
					t.Errorf("%s, status %d: %v after %d requests", name, status, err, asked)
				}
			})
		}
	}
}

// TestCreateIsRepeatedWithItsKey, so that the engine knows it again.
func TestCreateIsRepeatedWithItsKey(t *testing.T) {
	for _, status := range []int{429, 502, 503, 0} {
		bubble(t, func(t *testing.T, h *host, c *client.Client) {
			var keys []string
			defer h.run(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				keys = append(keys, r.Header.Get("Idempotency-Key"))
				switch {
				case len(keys) > 2:
					_, _ = fmt.Fprint(w, `{"id":7}`)
				case status == 0:
					panic(http.ErrAbortHandler)
				default:
					w.WriteHeader(status)
				}
			}))()
			scan, err := c.CreateScan(t.Context(), engine.ScanRequest{})
			if err != nil || scan.ID != 7 || len(slices.Compact(slices.Clone(keys))) != 1 || len(keys[0]) < 16 {
				t.Errorf("status %d: %+v, %v with keys %q", status, scan, err, keys)
			}
			if _, err := c.CreateScan(t.Context(), engine.ScanRequest{}); err != nil || keys[len(keys)-1] == keys[0] {
				t.Errorf("the next scan has the key of the first, %v", err)
			}
		})
	}
}

// TestInterruptedCreateIsTakenBack: the answer is lost because nobody waits for it, and
// the scan that was made is cancelled.
func TestInterruptedCreateIsTakenBack(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		ctx, interrupt := context.WithCancel(t.Context())
		var asked []string
		defer h.run(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Idempotency-Key"))
			if len(asked) == 1 {
				_, _ = io.Copy(io.Discard, r.Body) // else the server does not see who goes away
				interrupt()
				<-r.Context().Done()
				return
			}
			_, _ = fmt.Fprint(w, `{"id":7}`)
		}))()
		if _, err := c.CreateScan(ctx, engine.ScanRequest{}); !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted: %v", err)
		}
		if len(asked) != 3 || asked[1] != asked[0] || asked[2] != "POST /api/scanner/7/cancel/ " {
			t.Errorf("asked %q", asked)
		}
	})
}

// TestUnsentWritesAreRepeated: a refused connection has carried nothing.
func TestUnsentWritesAreRepeated(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		created := make(chan error)
		go func() {
			_, err := c.CreateScan(t.Context(), engine.ScanRequest{})
			created <- err
		}()
		synctest.Wait() // the first attempt has been refused
		asked := 0
		defer h.run(failsFirst(0, 0, &asked))()
		if err := <-created; err != nil || asked != 1 || h.dialled() < 2 {
			t.Errorf("%v after %d requests and %d connections", err, asked, h.dialled())
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for header, least := range map[string]time.Duration{"7": 7 * time.Second, "date": 30 * time.Second} {
		bubble(t, func(t *testing.T, h *host, c *client.Client) {
			began, asked := time.Now(), 0
			if header == "date" {
				header = began.Add(least).UTC().Format(http.TimeFormat)
			}
			defer h.run(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if asked++; asked == 1 {
					w.Header().Set("Retry-After", header)
					w.WriteHeader(429)
					return
				}
				_, _ = fmt.Fprint(w, `{}`)
			}))()
			_, err := c.Scan(t.Context(), 7)
			if waited := time.Since(began); err != nil || asked != 2 || waited < least || waited > least+2*time.Second {
				t.Errorf("Retry-After %s: asked again after %s, %v", header, waited, err)
			}
		})
	}
}

func TestLongRetryAfterIsTheUsersToWait(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		defer h.run(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			api.WriteError(w, &engine.Error{Kind: engine.Throttled, Title: "Day is full", RetryAfter: time.Hour}, 0)
		}))()
		began := time.Now()
		_, err := c.Scan(t.Context(), 7)
		if got := known(t, err); got.Kind != engine.Throttled || got.RetryAfter != time.Hour || time.Since(began) != 0 {
			t.Errorf("%+v after %s", got, time.Since(began))
		}
	})
}

// TestDownloadsAreReadsAlthoughTheyArePosts until the first byte has come.
func TestDownloadsAreReadsAlthoughTheyArePosts(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		asked := 0
		defer h.run(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked == 1 {
				w.WriteHeader(503)
				return
			}
			_, _ = fmt.Fprint(w, "{\"data\":{}}\n")
		}))()
		for _, err := range c.Download(t.Context(), client.DownloadRequest{Query: "*"}) {
			if err != nil {
				t.Error(err)
			}
		}
		if asked != 2 {
			t.Errorf("%d requests", asked)
		}
	})
}

func TestSilentDownloadsAreGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		defer h.run(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprint(w, "{\"data\":{}}\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}))()
		documents, last := 0, error(nil)
		for _, err := range c.Download(t.Context(), client.DownloadRequest{Query: "*"}) {
			if last = err; err == nil {
				documents++
			}
		}
		if got := known(t, last); documents != 1 || !strings.Contains(got.Title, "broke off") {
			t.Errorf("%d documents, %+v", documents, got)
		}
	})
}
