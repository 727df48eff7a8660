//go:build !unix

package scanner

// descriptorLimit is that of systems without one of their own.
func descriptorLimit() int { return 4 * maxSockets }
