package discovery_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// TestResume stops runs at random points, goes on from where they were left, and
// wants everything found once all the same. What was silent so far is tried anew after each
// stop, so that the runs must become longer for the last to end.
func TestResume(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for seed := range uint64(12) {
		s := mixed(seed)
		if seed%3 == 0 {
			s.ports = "1-300"
		}
		found := map[netip.AddrPort]int{}
		var state discovery.State
		stops := 0
		for {
			o := s.stopAfter(t, state, 1+dice.IntN(5000*(1+stops)))
			state = o.state
			checkState(t, s, state)
			for place, times := range o.found {
				found[place] += times
			}
			if o.err == nil {
				break
			}
			if !errors.Is(o.err, context.Canceled) {
				t.Fatal(o.err)
			}
			stops++
		}
		t.Logf("stopped %d times", stops)
		checkComplete(t, s, outcome{found: found}, 0.999)
		if state.Next != s.space(t).Len() || len(state.Pending) > 0 {
			t.Errorf("left %+v", state)
		}
	}
}

// stopAfter runs the scenario and cancels it when so many attempts were sent.
func (s scenario) stopAfter(t *testing.T, from discovery.State, attempts int) outcome {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.wire.Sent = func(time.Time, wire.Attempt) {
		if attempts--; attempts == 0 {
			cancel()
		}
	}
	o := s.run(ctx, t, func(c *discovery.Config) { c.From = from })
	if o.wire.Held() > 0 {
		t.Errorf("%d attempts are not released", o.wire.Held())
	}
	return o
}

func checkState(t *testing.T, s scenario, state discovery.State) {
	t.Helper()
	end := uint64(0)
	for i, r := range state.Pending {
		if r.From >= r.To || i > 0 && r.From <= end || r.To > state.Next {
			t.Errorf("range %d, %+v, is empty, touches the one before, or is not below %d", i, r, state.Next)
		}
		end = r.To
	}
	if hosts := s.space(t).Hosts(); len(state.Pending) > 64*int(hosts) {
		t.Errorf("%d ranges for %d hosts", len(state.Pending), hosts)
	}
}

// TestStateOfStrangers is a state that no run has left: it is made sense of.
func TestStateOfStrangers(t *testing.T) {
	s := mixed(20)
	all := s.space(t).Len()
	for _, from := range []discovery.State{
		{Next: all * 10},
		{Next: all, Pending: []discovery.Range{{From: 50, To: 20}, {From: all - 5, To: all + 900}}},
		{Next: 150, Pending: []discovery.Range{{From: 90, To: 120}, {From: 10, To: 110}, {From: 140, To: 4000}}},
	} {
		o := s.run(t.Context(), t, func(c *discovery.Config) { c.From = from })
		if o.err != nil || o.state.Next != all || len(o.state.Pending) > 0 || o.report.Done != all {
			t.Errorf("%+v: error %v, left %+v, progress %+v", from, o.err, o.state, o.report)
		}
	}
}
