package wire

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Mode says how TCP ports are tried.
type Mode string

// The modes.
const (
	Auto    Mode = "auto"    // SYN where the process may and every address can be reached so, else Connect
	Connect Mode = "connect" // whole connections; needs no privileges
	SYN     Mode = "syn"     // bare SYN packets; needs the right to open raw sockets
)

// Config says what may be reached and how. The zero Config connects.
type Config struct {
	Mode      Mode
	Scope     engine.Scope
	Interface string // that packets leave by, SYN only; "" follows the routing table
	Sockets   int    // open at the same time, Connect only; 0 derives it from the process's limit
}
