package scanner

const (
	// minDescriptors is what POSIX promises every process at least (_POSIX_OPEN_MAX
	// is 20, but no system in use has less than 256).
	minDescriptors = 256
	// maxSockets keeps 1,000 attempts of each of four tasks in flight: at a round trip
	// of 20 ms that is 50,000 ports a second.
	maxSockets = 8192
)

// defaultSockets takes a quarter of what the process may open: the databases, the
// API and other scans in the process need theirs.
func defaultSockets() int { return min(maxSockets, descriptorLimit()/4) }
