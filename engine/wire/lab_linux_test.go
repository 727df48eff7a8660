package wire_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// lab is two network namespaces with a wire between them: the test's goroutine is in
// the one, the hosts are in the other. No packet leaves them.
type lab struct {
	tb     testing.TB
	scan   string // name of the namespace of the test
	target string // and of the hosts'
}

var labs atomic.Int32

// newLab makes the namespaces and puts the goroutine of the test into the first, where
// 10.99.0.1 and fd99::1 are. All of 10.99.4.0/22 and fd99:0:0:4::/64 are hosts in the
// other. The script is more lines for ip(8), nft(8) and others in that one.
func newLab(tb testing.TB, script ...string) *lab {
	tb.Helper()
	if os.Getuid() != 0 {
		tb.Skip("network namespaces need root")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		tb.Skip("ip(8) is not here")
	}
	name := fmt.Sprintf("portolan-wire-%d-%d", os.Getpid(), labs.Add(1))
	scan, target := name+"-s", name+"-t"
	for _, ns := range []string{scan, target} {
		ip(tb, "netns", "add", ns)
		tb.Cleanup(func() { ip(tb, "netns", "del", ns) })
	}
	ip(tb, "link", "add", "scan0", "netns", scan, "type", "veth", "peer", "name", "target0", "netns", target)
	l := &lab{tb: tb, scan: scan, target: target}
	for _, line := range []string{
		"ip link set lo up", "ip addr add 10.99.0.1/24 dev scan0", "ip -6 addr add fd99::1/64 dev scan0 nodad", "ip link set scan0 up",
		"ip route add 10.99.4.0/22 via 10.99.0.2", "ip -6 route add fd99:0:0:4::/64 via fd99::2",
	} {
		l.inScan(line)
	}
	for _, line := range append([]string{
		"ip link set lo up", "ip addr add 10.99.0.2/24 dev target0", "ip -6 addr add fd99::2/64 dev target0 nodad", "ip link set target0 up",
		"ip route add local 10.99.4.0/22 dev lo", "ip -6 route add local fd99:0:0:4::/64 dev lo",
	}, script...) {
		l.inTarget(line)
	}
	enter(tb, scan)
	return l
}

// inTarget runs a program among the hosts, inScan beside the test.
func (l *lab) inTarget(line string) string { l.tb.Helper(); return l.exec(l.target, line) }

func (l *lab) inScan(line string) { l.tb.Helper(); l.exec(l.scan, line) }

func (l *lab) exec(namespace, line string) string {
	l.tb.Helper()
	return ip(l.tb, append([]string{"netns", "exec", namespace}, strings.Fields(line)...)...)
}

// listen accepts connections to a port of every host, and keeps them.
func (l *lab) listen(port int) {
	l.tb.Helper()
	done := make(chan error, 1)
	go func() { // its thread is in the other namespace, and ends with it
		runtime.LockOSThread()
		if err := setns(l.target); err != nil {
			done <- err
			return
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("[::]:%d", port))
		if err == nil {
			l.tb.Cleanup(func() { _ = listener.Close() })
		}
		done <- err
	}()
	if err := <-done; err != nil {
		l.tb.Fatal(err)
	}
}

// enter puts the goroutine and its thread into a namespace for good.
func enter(tb testing.TB, name string) {
	tb.Helper()
	runtime.LockOSThread()
	if err := setns(name); err != nil {
		tb.Fatal(err)
	}
}

func setns(name string) error {
	fd, err := unix.Open("/run/netns/"+name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	return unix.Setns(fd, unix.CLONE_NEWNET)
}

func ip(tb testing.TB, args ...string) string {
	tb.Helper()
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		tb.Fatalf("ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
