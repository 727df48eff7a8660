package control

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Process names one run of one process on one machine, as the owner of leases.
type Process string

// ThisProcess names the process it is called in.
func ThisProcess() Process {
	return Process(fmt.Sprintf("%s|%d|%s", machine(), os.Getpid(), engine.NewKey()[:8]))
}

// machine names the place where a process id means something: the host, its boot
// and its process id namespace, as containers share the first two.
func machine() string {
	host, _ := os.Hostname() // "" when unknown: then all such share a name, as they did before
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, _ := os.Readlink("/proc/self/ns/pid")
	return strings.Join([]string{host, strings.TrimSpace(string(boot)), namespace}, "/")
}

// dead reports whether the process is known to have ended. A process on another
// machine is not known to have ended; its leases run out instead.
func (p Process) dead() bool {
	place, rest, _ := strings.Cut(string(p), "|")
	pid, err := strconv.Atoi(strings.Split(rest, "|")[0])
	return err == nil && place == machine() && !alive(pid)
}

// LivesHere reports whether the process is on this machine and has not ended.
func (p Process) LivesHere() bool {
	place, _, _ := strings.Cut(string(p), "|")
	return place == machine() && !p.dead()
}

// Clocks of a lease.
const (
	// leaseTime is how long a process that went silent keeps its scans: five
	// renewals, so that a machine under load is not taken for dead.
	leaseTime = 10 * time.Second
	renewTime = leaseTime / 5
)

func (c *Control) lease() engine.Lease {
	return engine.Lease{Owner: string(c.Process), Until: now().Add(leaseTime)}
}

func (c *Control) holds(l engine.Lease) bool { return l.Owner == string(c.Process) }

// abandoned reports whether nobody looks after a leased scan any more.
func abandoned(l engine.Lease, at time.Time) bool {
	return l.Owner != "" && (l.Until.Before(at) || Process(l.Owner).dead())
}
