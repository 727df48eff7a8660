package scanner_test

import (
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// TestTasksAtOnce runs four tasks at the same time, whose wires hear each other's answers.
func TestTasksAtOnce(t *testing.T) {
	const tasks = 4
	for _, mode := range []engine.ScanMode{engine.ModeConnect, engine.ModeAuto} {
		t.Run(string(mode), func(t *testing.T) {
			s := scanner.New(scanner.Config{Probes: all.Probes(), Tasks: tasks})
			var running sync.WaitGroup
			for i := range tasks {
				host := fmt.Sprintf("127.0.1.%d", i+1)
				var open []int
				for range 5 {
					open = append(open, listen(t, host+":0", func(net.Conn) {}))
				}
				in := task(engine.Ports(fmt.Sprintf("1-500,%s", ports(open...))), engine.Target(host))
				in.ID, in.Profile.Mode = engine.TaskID(i+1), mode
				running.Go(func() {
					found := &basket{}
					if err := s.Run(t.Context(), in, found); err != nil {
						t.Error(err)
					}
					for _, port := range open {
						if !slices.Contains(found.ports(), port) {
							t.Errorf("%s: open %v, want %v", host, found.ports(), open)
						}
					}
					for _, port := range found.ports() {
						wantOpen(t, fmt.Sprintf("%s:%d", host, port)) // others listen on all addresses
					}
				})
			}
			running.Wait()
		})
	}
}

// wantOpen connects to an address.
func wantOpen(t *testing.T, address string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Errorf("not open: %v", err)
		return
	}
	_ = conn.Close()
}
