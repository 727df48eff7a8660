package scanner

const (
	// minDescriptors is what POSIX promises every process at least (_POSIX_OPEN_MAX
	// is 20, but no system in use has less than 256).
	minDescriptors = 256
	// maxDescriptors is above which more sockets do not make a scan faster.
	maxDescriptors = 4096
	// maxSockets keeps 512 attempts in flight: at a round trip of 20 ms that is
	// 25,000 ports a second, more than two cores can connect to.
	maxSockets = 512
)

// defaultSockets takes a quarter of what the process may open: the databases, the
// API and other scans in the process need theirs.
func defaultSockets() int { return min(maxSockets, descriptorLimit()/4) }
