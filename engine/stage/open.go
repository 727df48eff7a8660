package stage

import "net/netip"

// Open is an open port: one line of the output. A host that accepts whatever it is
// asked has one line with AllOpen set in place of a line for each port.
type Open struct {
	IP        netip.Addr `json:"ip"`
	Port      uint16     `json:"port"`
	Transport string     `json:"transport"`        // "tcp", "udp"
	RTT       float64    `json:"rtt_ms,omitempty"` // of the attempt that was answered; 0 when it was not measured
	Tries     int        `json:"tries,omitempty"`  // 1 when the first attempt was answered
	AllOpen   bool       `json:"all_open,omitempty"`
	*Service
}
