package enginetest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Tarpit is a peer that takes connections and never says a word. A scan of it lasts
// until its timeouts, and a test knows from Met when the scan has got there.
type Tarpit struct {
	Port int
	met  chan struct{}
	once sync.Once
}

// Met is closed when somebody has connected.
func (p *Tarpit) Met() <-chan struct{} { return p.met }

// NewTarpit starts a tarpit on a free port of 127.0.0.1 until the test ends.
func NewTarpit(t testing.TB) *Tarpit {
	t.Helper()
	pit := &Tarpit{met: make(chan struct{})}
	service, err := open(func(s *Service) error {
		s.Name = "tarpit"
		s.serve(func(conn net.Conn) {
			pit.once.Do(func() { close(pit.met) })
			_, _ = io.Copy(io.Discard, conn) // until either side gives up
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	pit.Port = service.Port
	t.Cleanup(func() {
		if err := service.Close(); err != nil {
			t.Error(err)
		}
	})
	return pit
}
