package limit_test

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/tools/bench/limit"
)

// listen accepts on a free port of loopback, and greets.
func listen(t *testing.T) netip.AddrPort {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = fmt.Fprint(conn, "SSH-2.0-test\r\n")
			_ = conn.Close()
		}
	}()
	return netip.MustParseAddrPort(listener.Addr().String())
}

// TestEpoll: both loops find the port that is open, and not the one before it.
func TestEpoll(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("epoll is Linux's")
	}
	place := listen(t)
	var out strings.Builder
	if err := limit.Epoll(&out, []netip.Addr{place.Addr()}, place.Port(), place.Port()); err != nil || out.String() != place.String()+"\n" {
		t.Errorf("Go found %q, %v", out.String(), err)
	}
	dir := t.TempDir()
	program, err := limit.BuildEpoll(t.Context(), dir)
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("no C compiler")
	}
	if err != nil {
		t.Fatal(err)
	}
	targets := dir + "/targets"
	if err := os.WriteFile(targets, []byte(place.Addr().String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(place.Port())
	if found, err := exec.CommandContext(t.Context(), program, targets, port, port).Output(); err != nil || string(found) != place.String()+"\n" {
		t.Errorf("C found %q, %v", found, err)
	}
}

func TestServices(t *testing.T) {
	place := listen(t)
	var out strings.Builder
	if err := limit.Services(t.Context(), &out, []netip.AddrPort{place}); err != nil || out.String() != place.String()+" ssh\n" {
		t.Errorf("found %q, %v", out.String(), err)
	}
}
