package probe

// Payloads gives what is sent to each UDP port that a probe knows; the first probe
// of the list that knows a port decides.
func Payloads(probes []Probe) map[uint16][]byte {
	known := map[uint16][]byte{}
	for _, p := range probes {
		datagram, ok := p.(Datagram)
		if !ok {
			continue
		}
		for _, port := range datagram.UDPPorts() {
			if known[port] == nil {
				known[port] = datagram.Payload()
			}
		}
	}
	return known
}
