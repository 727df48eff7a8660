package scanner_test

import (
	"net"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// TestAnswersFromAnotherPort finds a TFTP server, which chooses a port for each answer.
func TestAnswersFromAnotherPort(t *testing.T) {
	packets, err := net.ListenPacket("udp", "127.0.69.1:69")
	if err != nil {
		t.Skipf("no TFTP server here: %v", err) // low ports are not for everybody
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		request := make([]byte, 512)
		for {
			_, from, err := packets.ReadFrom(request)
			if err != nil {
				return
			}
			answering, err := net.ListenPacket("udp", "127.0.69.1:0")
			if err != nil {
				continue
			}
			_, _ = answering.WriteTo([]byte("\x00\x05\x00\x01File not found\x00"), from) // the client may have left
			_ = answering.Close()
		}
	}()
	t.Cleanup(func() {
		_ = packets.Close()
		<-done
	})
	found := run(t, scanner.Config{Probes: all.Probes()}, task("69/udp,70-72/udp", "127.0.69.1"))
	if want := []string{"tftp://127.0.69.1:69"}; !slices.Equal(found.uris(), want) || len(found.open) != 1 {
		t.Errorf("%v, want %v; open %v", found.uris(), want, found.open)
	}
}
