package wire

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Config says what may be reached and how. The zero Config connects.
type Config struct {
	Mode      engine.ScanMode
	Scope     engine.Scope
	Interface string // that packets leave by, SYN only; "" follows the routing table
	Sockets   int    // open at the same time, connecting only; 0 derives it from the process's limit
}
