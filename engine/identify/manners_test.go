package identify_test

import (
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/identify"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// TestManners has every service of the zoo on an odd port, with other manners than its
// own: it must be named in time.
func TestManners(t *testing.T) {
	manners := map[string]struct {
		as     func(serve probetest.Peer) probetest.Peer
		latest time.Duration // for one
		mean   time.Duration
		missed int
	}{
		"its own":             {func(serve probetest.Peer) probetest.Peer { return serve }, 4 * time.Second, 300 * time.Millisecond, 0},
		"slow":                {func(serve probetest.Peer) probetest.Peer { return after(1200*time.Millisecond, serve) }, 14 * time.Second, 6 * time.Second, 3},
		"one at a time":       {oneAtATime, 12 * time.Second, 2 * time.Second, 5}, // smb and grpc want two connections,
		"one after the other": {oneAfterTheOther, 15 * time.Second, 4 * time.Second, 25},
	}
	for name, tt := range manners {
		t.Run(name, func(t *testing.T) {
			var missed []string
			var sum time.Duration
			species := plainSpecies()
			for _, s := range species {
				got, took := identified(t, tt.as(s.Serve))
				if got != s.Base {
					missed = append(missed, s.Name+" is called "+got)
				}
				if took > tt.latest {
					t.Errorf("%s took %s", s.Name, took)
				}
				sum += took
			}
			if mean := sum / time.Duration(len(species)); len(missed) > tt.missed || mean > tt.mean {
				t.Errorf("%d of %d are missed, %s on average: %s", len(missed), len(species), mean, strings.Join(missed, ", "))
			}
		})
	}
}

// plainSpecies are those that speak in the clear and take no time by themselves.
func plainSpecies() (plain []zoo.Species) {
	for _, s := range zoo.All() {
		if s.Serve != nil && !s.Hostile && s.Base != "" && s.Protocol == s.Base && s.Base != "tls" && s.Name != "redis-slow" {
			plain = append(plain, s)
		}
	}
	return plain
}

func identified(t *testing.T, peer probetest.Peer) (base string, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began, d := time.Now(), probetest.NewDialer(peer)
		responses := identify.New(identify.Config{Probes: all.Probes()}).Run(t.Context(), d, probetest.Endpoint())
		took = time.Since(began)
		d.Wait()
		if len(responses) > 0 {
			base = responses[0].Base
		}
	})
	return base, took
}

// oneAtATime hangs up on who comes while another one is there.
func oneAtATime(serve probetest.Peer) probetest.Peer {
	var busy atomic.Bool
	return func(conn net.Conn) {
		if !busy.CompareAndSwap(false, true) {
			return
		}
		serve(conn)
		_ = conn.Close() // before the next may come
		busy.Store(false)
	}
}

// oneAfterTheOther lets everybody else wait.
func oneAfterTheOther(serve probetest.Peer) probetest.Peer {
	var seats chan struct{} // of the bubble in which the first comes
	var once sync.Once
	return func(conn net.Conn) {
		once.Do(func() { seats = make(chan struct{}, 1) })
		seats <- struct{}{}
		serve(conn)
		_ = conn.Close() // before the next may come
		<-seats
	}
}
