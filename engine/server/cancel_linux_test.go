package server_test

import (
	"bytes"
	"context"
	"net"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// silentCrowd is a listener at one port of every loopback address. It takes connections and
// never says a word, and counts them.
type silentCrowd struct {
	Port string

	lock  sync.Mutex
	come  *sync.Cond
	met   int
	conns []net.Conn
}

// everyLoopback listens at one port of every loopback address, and at no other.
func everyLoopback(t *testing.T) net.Listener {
	t.Helper()
	onlyLoopback := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) (err error) {
		if failed := c.Control(func(fd uintptr) { err = unix.BindToDevice(int(fd), "lo") }); failed != nil {
			return failed
		}
		return err
	}}
	listener, err := onlyLoopback.Listen(t.Context(), "tcp4", "0.0.0.0:0")
	if err != nil {
		t.Skipf("a listener at every loopback address: %v", err)
	}
	return listener
}

func newSilentCrowd(t *testing.T) *silentCrowd {
	t.Helper()
	listener := everyLoopback(t)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := &silentCrowd{Port: port}
	c.come = sync.NewCond(&c.lock)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.accept(listener)
	}()
	t.Cleanup(func() {
		_ = listener.Close() // ends accept
		<-ended
		for _, conn := range c.conns {
			_ = conn.Close() // the other end has gone
		}
	})
	return c
}

func (c *silentCrowd) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		c.lock.Lock()
		c.met++
		c.conns = append(c.conns, conn)
		c.come.Broadcast()
		c.lock.Unlock()
	}
}

// await waits until so many connections have come.
func (c *silentCrowd) await(n int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	for c.met < n {
		c.come.Wait()
	}
}

// settled is how many connections have come: it makes one more, which is not counted.
// Connections are accepted in the order they came, so none that came before is still
// on its way.
func (c *silentCrowd) settled(t *testing.T) int {
	t.Helper()
	conn, err := net.Dial("tcp4", "127.0.0.1:"+c.Port) //nolint:noctx // loopback answers at once
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // nothing was sent
	c.lock.Lock()
	defer c.lock.Unlock()
	for {
		for i, met := range c.conns {
			if met.RemoteAddr().String() == conn.LocalAddr().String() {
				c.conns = append(c.conns[:i], c.conns[i+1:]...)
				c.met--
				_ = met.Close()
				return c.met
			}
		}
		c.come.Wait()
	}
}

// scanning reports whether anything in this process still scans.
func scanning() bool {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, part := range []string{"engine/scanner.", "engine/discovery.", "engine/identify.", "engine/probe", "engine/wire."} {
		if bytes.Contains(stacks, []byte(part)) {
			return true
		}
	}
	return false
}

// TestNothingIsSentAfterCancel cancels a scan over the API while its connections come
// in one after the other. Within a second nothing scans any more; and from then on no
// connection comes, however long one waits: as long as another scan takes.
func TestNothingIsSentAfterCancel(t *testing.T) {
	for _, mode := range []engine.ScanMode{engine.ModeConnect, engine.ModeAuto} {
		t.Run(string(mode), func(t *testing.T) {
			crowd, zoo := newSilentCrowd(t), enginetest.Services(t)
			c := enginetest.Start(t).Client
			scan, err := c.CreateScan(t.Context(), engine.ScanRequest{
				Targets: []engine.Target{"127.1.0.0/20"}, Ports: engine.Ports(crowd.Port), Profile: engine.Profile{Mode: mode, Rate: 20}, // of each of four tasks: it goes on for long
			})
			if err != nil {
				t.Fatal(err)
			}
			crowd.await(50)
			began := time.Now()
			if cancelled, err := c.CancelScan(t.Context(), scan.ID); err != nil || cancelled.Status() != engine.StatusCancelled {
				t.Fatalf("cancelled it is %s, %v", cancelled.Status(), err)
			}
			stopped := awaitSilence(t, began)
			atEnd := crowd.settled(t)
			scanZoo(t, c, zoo)
			if later := crowd.settled(t); later != atEnd {
				t.Errorf("%d connections came after the scan had stopped", later-atEnd)
			}
			t.Logf("nothing scans %s after the cancel; %d connections in all", stopped, atEnd)
			if scan, err = c.Scan(t.Context(), scan.ID); err != nil || scan.Status() != engine.StatusCancelled {
				t.Errorf("in the end it is %s, %v", scan.Status(), err)
			}
		})
	}
}

// awaitSilence waits until nothing scans, for which a cancelled scan has a second.
func awaitSilence(t *testing.T, began time.Time) time.Duration {
	t.Helper()
	ctx, cancel := context.WithDeadline(t.Context(), began.Add(time.Second))
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for scanning() {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatal("a second after the cancel something still scans")
		}
	}
	return time.Since(began)
}
