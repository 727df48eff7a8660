//go:build !linux

package wire

// NewDatagrams makes a wire for UDP ports; it needs no privileges. An answer from
// the port is [Open]; a port that is silent may be open or closed. See [Payloads]
// for what is sent, and [Answer.Repeated]: which attempt was answered cannot be
// known after the first.
func NewDatagrams(c Config, payloads Payloads) (Wire, error) { return NewListener(c, payloads) }
