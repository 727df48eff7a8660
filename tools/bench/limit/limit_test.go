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

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
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
	program, err := limit.Build(t.Context(), dir, "epoll")
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

// TestSYN: the packet loop finds the ports of a network that are open, and no others.
func TestSYN(t *testing.T) {
	network := lab.Network{
		Name: "floor", Prefix: netip.MustParsePrefix("10.97.0.0/29"), Ports: []uint16{79, 80, 81}, Kernel: true,
		Host: func(a netip.Addr) wiretest.Host {
			if a.As4()[3]%4 == 1 {
				return wiretest.Host{Open: []uint16{80}}
			}
			return wiretest.Host{}
		},
	}
	l, err := lab.Start(network)
	if errors.Is(err, lab.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	dir := t.TempDir()
	program, err := limit.Build(t.Context(), dir, "syn")
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("no C compiler")
	}
	if err != nil {
		t.Fatal(err)
	}
	var targets strings.Builder
	for addr := range network.Addrs() {
		fmt.Fprintln(&targets, addr)
	}
	if err := os.WriteFile(dir+"/targets", []byte(targets.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := l.Scanner.Command(t.Context(), program, dir+"/targets", "79", "81").Output()
	if err != nil || string(found) != "10.97.0.1:80\n10.97.0.5:80\n" {
		t.Errorf("found %q, %v", found, err)
	}
}

func TestServices(t *testing.T) {
	place := listen(t)
	var out strings.Builder
	if err := limit.Services(t.Context(), &out, []netip.AddrPort{place}); err != nil || out.String() != place.String()+" ssh\n" {
		t.Errorf("found %q, %v", out.String(), err)
	}
}
