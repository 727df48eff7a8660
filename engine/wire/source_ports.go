package wire

// sourcePorts are the ports that attempts come from, one for each try, so that the
// answer says which try it is for, and so that a firewall or a host that still
// holds the half-open connection of the last try sees a new one. The number is
// that of the first; it is a multiple of [MaxTries].
type sourcePorts uint16

// of is the port of a try.
func (s sourcePorts) of(try uint8) uint16 { return uint16(s) | uint16(try)%MaxTries }

// try is whose port it is.
func (s sourcePorts) try(port uint16) (uint8, bool) {
	return uint8(port % MaxTries), port-port%MaxTries == uint16(s)
}
