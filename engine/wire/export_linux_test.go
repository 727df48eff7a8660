package wire

// SourcePort is the first of the ports that a SYN wire sends from.
func SourcePort(w Wire) uint16 {
	syn, ok := w.(*synWire)
	if !ok {
		return 0
	}
	return uint16(syn.reserved.ports)
}
