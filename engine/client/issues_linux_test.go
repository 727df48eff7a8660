package client_test

import (
	"fmt"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// TestIssueOfARealService follows a flaw of a service: found, found again, fixed, back,
// its port closed, its host gone.
func TestIssueOfARealService(t *testing.T) {
	c := enginetest.Embedded(t, t.TempDir())
	s := &site{}
	s.up(t, true)
	request := engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(fmt.Sprint(s.address.Port()))}
	only := client.IssueQuery{Rules: []string{"http.version-disclosure"}}
	want := func(when string, state engine.IssueState, seen int) engine.Issue {
		t.Helper()
		page, err := c.Issues(t.Context(), only)
		if err != nil || len(page.Issues) != 1 {
			t.Fatalf("%s there are %+v, %v", when, page.Issues, err)
		}
		if got := page.Issues[0]; got.State != state || got.TimesSeen != seen {
			t.Errorf("%s the issue is %s, seen %d times; want %s, %d times", when, got.State, got.TimesSeen, state, seen)
		}
		return page.Issues[0]
	}
	scanned(t, c, request)
	issue := want("at first", engine.IssuePresent, 1)
	scanned(t, c, request)
	want("again", engine.IssuePresent, 2)
	s.down()
	s.up(t, false)
	scanned(t, c, request)
	want("repaired", engine.IssueFixed, 2)
	s.down()
	s.up(t, true)
	last := scanned(t, c, request)
	want("broken again", engine.IssueRevived, 3)
	s.down()
	silent := fillBacklog(t, s.address)
	if both := scanned(t, c, engine.ScanRequest{Targets: []engine.Target{"127.0.0.1", "127.0.0.2"}, Ports: request.Ports}); both.Summary.HostsUp != 1 {
		t.Fatalf("%d hosts answered, want the other one", both.Summary.HostsUp)
	}
	want("silent", engine.IssueRevived, 3)
	silent()
	scanned(t, c, request)
	fixed := want("closed", engine.IssueFixed, 3)
	if fixed.ID != issue.ID || fixed.LastScan != last.ID {
		t.Errorf("the issue is %+v", fixed)
	}
}

// fillBacklog makes the port of an address one that answers nothing: somebody listens
// there and takes no connection, and as many wait as may. It is so until the returned
// function is called.
func fillBacklog(t *testing.T, address netip.AddrPort) (end func()) {
	t.Helper()
	var sockets []int
	open := func() int {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		sockets = append(sockets, fd)
		return fd
	}
	place := &unix.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()}
	listener := open()
	if err := unix.SetsockoptInt(listener, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		t.Fatal(err)
	}
	if err := unix.Bind(listener, place); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(listener, 0); err != nil {
		t.Fatal(err)
	}
	for range 4 { // one is taken, as the backlog is 0; the kernel answers no more of them
		_ = unix.Connect(open(), place)
	}
	return func() {
		for _, fd := range sockets {
			_ = unix.Close(fd)
		}
	}
}
