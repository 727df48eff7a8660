//go:build !linux

package wire

// MaySYN is no: SYN packets are sent on Linux only.
func MaySYN() bool { return false }
