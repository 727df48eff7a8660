package client_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

func TestEventsOfARealScan(t *testing.T) {
	s, err := server.Start(t.Context(), server.Config{DataDir: t.TempDir(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	scan, err := s.Client().CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(fmt.Sprint(greeter(t)))})
	if err != nil {
		t.Fatal(err)
	}
	var states []engine.State
	var last engine.Event
	for event, err := range s.Client().Events(t.Context(), scan.ID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if last = event; event.Kind == engine.EventStep {
			states = append(states, event.Step.State)
		}
	}
	if last.Kind != engine.EventEnd || last.Scan.Summary.OpenPorts != 1 || len(states) < 4 || states[0] != engine.StatePending || states[len(states)-1] != engine.StateDone {
		t.Errorf("steps %v, then %+v", states, last)
	}
	for event, err := range s.Client().Events(t.Context(), 999, 0) {
		if engine.KindOf(err) != engine.NotFound {
			t.Errorf("events of nothing: %+v, %v", event, err)
		}
	}
}

// telling sends one of its streams to each request, then closes the connection. After the
// last it never answers.
func telling(t *testing.T, streams ...string) (c *client.Client, after *[]string) {
	t.Helper()
	after = &[]string{}
	tell := func(w http.ResponseWriter, r *http.Request) {
		*after = append(*after, r.URL.Query().Get("after"))
		n := len(*after) - 1
		if n >= len(streams) {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, streams[n])
	}
	return answers(t, tell), after
}

func heard(t *testing.T, c *client.Client) (told string, last error) {
	t.Helper()
	var kinds []string
	for event, err := range c.Events(t.Context(), 7, 3) {
		if last = err; err != nil {
			break
		}
		kind := string(event.Kind)
		if event.Kind == engine.EventStep {
			kind += fmt.Sprint(event.Step.ID)
		}
		kinds = append(kinds, kind)
	}
	return strings.Join(kinds, " "), last
}

const endEvent = "event: end\ndata: {\"id\":7}\n\n"

func TestEventsGoOnWhereTheyBrokeOff(t *testing.T) {
	c, after := telling(t,
		": alive\n\nid: 4\nevent: step\ndata: {\"id\":4}\n\nevent: step\ndata: {\"id\":5",
		"event: later\ndata: {}\n\nevent:step\r\ndata:{\"id\":5}\r\n\r\nevent: queue\ndata: {\"queue_position\":2}\n\n",
		"event: counts\ndata: {\"count\":1}\n\nevent: end\ndata: {\"id\":\ndata: 7}\n\n"+endEvent)
	told, err := heard(t, c)
	if told != "step4 step5 queue counts end" || err != nil {
		t.Errorf("told %q, %v", told, err)
	}
	if got := strings.Join(*after, " "); got != "3 4 5" {
		t.Errorf("asked for what is after %s", got)
	}
}

func TestEventsThatNoEngineSends(t *testing.T) {
	for name, stream := range map[string]string{
		"no JSON": "event: step\ndata: <html>\n\n", "no data": "event: end\n\n", "another type": "event: counts\ndata: []\n\n",
	} {
		c, _ := telling(t, stream)
		if told, err := heard(t, c); told != "" || known(t, err).Title != "Endpoint is not an engine" {
			t.Errorf("%s: told %q, %v", name, told, err)
		}
	}
	c, _ := telling(t, "data: "+strings.Repeat("x", 17<<20)+"\n\n")
	if _, err := heard(t, c); known(t, err).Title != "Events broke off" {
		t.Errorf("a line without end: %v", err)
	}
}

// TestAnEngineThatFallsSilentIsAskedAgain in the time of a bubble.
func TestAnEngineThatFallsSilentIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		silent := roundTripper(func(r *http.Request) (*http.Response, error) {
			asked++
			body := io.NopCloser(strings.NewReader(endEvent))
			if asked == 1 {
				body = io.NopCloser(untilDone{r})
			}
			return &http.Response{StatusCode: 200, Request: r, Body: body}, nil
		})
		c, err := client.New(client.Config{Endpoint: endpoint, Key: key, HTTP: &http.Client{Transport: silent}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		told, err := heard(t, c)
		if told != "end" || err != nil || asked != 2 {
			t.Errorf("told %q after %d requests, %v", told, asked, err)
		}
		if waited := time.Since(began); waited < 45*time.Second || waited > 50*time.Second {
			t.Errorf("waited %v", waited)
		}
	})
}

// TestEventsOfAnEngineThatStaysAwayEnd after two minutes.
func TestEventsOfAnEngineThatStaysAwayEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("away") })
		c, err := client.New(client.Config{Endpoint: endpoint, Key: key, HTTP: &http.Client{Transport: away}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if told, err := heard(t, c); told != "" || known(t, err).Field != "endpoint" {
			t.Errorf("told %q, %v", told, err)
		}
		if waited := time.Since(began); waited < 2*time.Minute || waited > 3*time.Minute {
			t.Errorf("waited %v", waited)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// untilDone says nothing until the request is given up.
type untilDone struct{ request *http.Request }

func (u untilDone) Read([]byte) (int, error) {
	<-u.request.Context().Done()
	return 0, u.request.Context().Err()
}
