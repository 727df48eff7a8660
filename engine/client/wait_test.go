package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// scanning is an engine with one scan, and answers long polls about it.
type scanning struct {
	lock    sync.Mutex
	scan    engine.Scan
	changed chan struct{}
	asked   int
	deaf    bool // answers at once, as servers do that know no wait
}

func newScanning() *scanning {
	s := &scanning{scan: engine.Scan{ID: 7}, changed: make(chan struct{})}
	s.step(engine.StatePending)
	return s
}

// step moves the scan on.
func (s *scanning) step(state engine.State) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if err := s.scan.Advance(state, fmt.Sprint(len(s.scan.Steps)), time.Now()); err != nil {
		panic(err)
	}
	s.scan.Steps[len(s.scan.Steps)-1].ID = int64(len(s.scan.Steps))
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *scanning) look() (engine.Scan, <-chan struct{}) {
	s.lock.Lock()
	defer s.lock.Unlock()
	scan := s.scan
	scan.Steps = append([]engine.Step{}, s.scan.Steps...)
	return scan, s.changed
}

func (s *scanning) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.lock.Lock()
	s.asked++
	deaf := s.deaf
	s.lock.Unlock()
	seconds, _ := strconv.Atoi(r.URL.Query().Get("wait"))
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	scan, changed := s.look()
	if !deaf && seconds > 0 && scan.Steps[len(scan.Steps)-1].ID <= after && !scan.State().Final() {
		select {
		case <-changed:
		case <-time.After(time.Duration(seconds) * time.Second):
		case <-r.Context().Done():
			return
		}
		scan, _ = s.look()
	}
	body, err := scan.MarshalJSON()
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(body)
}

func (s *scanning) requests() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.asked
}

// waits runs Wait in the background.
func waits(t *testing.T, c *client.Client) (states *[]engine.State, ended chan error) {
	states, ended = &[]engine.State{}, make(chan error, 1)
	go func() {
		scan, err := c.Wait(t.Context(), 7, func(s engine.Scan) { *states = append(*states, s.State()) })
		if err == nil && !scan.Status().Final() {
			err = errors.New("the scan has not ended")
		}
		ended <- err
	}()
	return states, ended
}

func TestWaitTellsEachChangeOnce(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		s := newScanning()
		defer h.run(s)()
		states, ended := waits(t, c)
		for _, state := range []engine.State{engine.StateScheduled, engine.StateScanning, engine.StateScanning, engine.StateDone} {
			<-time.After(40 * time.Second) // of the bubble's: a long poll and more without news
			s.step(state)
			synctest.Wait()
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if got := fmt.Sprint(*states); got != "[pending scheduled scanning scanning done]" {
			t.Errorf("told of %s", got)
		}
		if s.requests() > 12 {
			t.Errorf("%d requests for four changes in 160 s", s.requests())
		}
	})
}

func TestWaitSurvivesARestart(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		s := newScanning()
		stop := h.run(s)
		states, ended := waits(t, c)
		synctest.Wait()
		stop()                         // in the middle of a long poll
		<-time.After(90 * time.Second) // longer than one request is repeated
		s.step(engine.StateScheduled)
		s.step(engine.StateScanning)
		s.step(engine.StateDone)
		defer h.run(s)()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if got := fmt.Sprint(*states); got != "[pending done]" {
			t.Errorf("told of %s", got)
		}
	})
}

func TestWaitGivesUpOnAnEngineThatStaysAway(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		stop := h.run(newScanning())
		_, ended := waits(t, c)
		synctest.Wait()
		began := time.Now()
		stop()
		err := <-ended
		if got := known(t, err); got.Title != "Endpoint does not answer" || time.Since(began) < time.Minute || time.Since(began) > 5*time.Minute {
			t.Errorf("%+v after %s", got, time.Since(began))
		}
	})
}

func TestWaitEndsAtOnceOnARealError(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		asked := 0
		defer h.run(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked++
			api.WriteError(w, &engine.Error{Kind: engine.NotFound, Title: "No such scan"}, 0)
		}))()
		_, err := c.Wait(t.Context(), 7, nil)
		if engine.KindOf(err) != engine.NotFound || asked != 1 {
			t.Errorf("%v after %d requests", err, asked)
		}
	})
}

func TestWaitDoesNotHammerServersWithoutLongPolls(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		s := newScanning()
		s.deaf = true
		defer h.run(s)()
		_, ended := waits(t, c)
		<-time.After(time.Minute)
		s.step(engine.StateFailed)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if s.requests() > 40 {
			t.Errorf("%d requests in a minute", s.requests())
		}
	})
}

func TestInterruptedWaitGivesTheScanAsLastSeen(t *testing.T) {
	bubble(t, func(t *testing.T, h *host, c *client.Client) {
		defer h.run(newScanning())()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		scan, err := c.Wait(ctx, 7, nil)
		if !errors.Is(err, context.DeadlineExceeded) || scan.ID != 7 || scan.State() != engine.StatePending {
			t.Errorf("%+v, %v", scan, err)
		}
	})
}
