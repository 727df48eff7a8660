package wire

import (
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Config says what may be reached and how.
type Config struct {
	Mode      engine.ScanMode // of [New]; "" is [engine.ModeAuto]
	Scope     engine.Scope
	Interface string // that packets leave by, SYN and datagrams only; "" follows the routing table
	Sockets   int    // open at the same time, connecting only; 0 derives it from the process's limit
}

// New gives the wire for TCP ports that the mode asks for, and a line for people
// that says which it is and why. [engine.ModeAuto] sends SYN packets where the
// process may open raw sockets, to any address, loopback too: an attempt costs less
// than half of what connecting does and no descriptor, and no program on the host
// hears of it. Everywhere else it connects. An interface that is not there is an
// [engine.Invalid] error; asking for SYN packets, or for an interface, where they
// cannot be sent an [engine.Forbidden] one.
func New(c Config) (w Wire, why string, err error) {
	switch c.Mode {
	case engine.ModeConnect:
		return openConnect(c, "connect scan: the mode asks for it")
	case engine.ModeSYN:
		w, err = NewSYN(c)
		return w, "SYN scan: the mode asks for it", err
	}
	if w, err = NewSYN(c); err == nil {
		return w, "SYN scan: this process may open raw sockets", nil
	}
	if c.Interface != "" {
		return nil, "", err
	}
	return openConnect(c, "connect scan: "+whyNot(err))
}

// whyNot says in a few words why no SYN packets are sent.
func whyNot(err error) string {
	if engine.KindOf(err) == engine.Forbidden {
		return cannotSYN
	}
	return fmt.Sprintf("SYN packets cannot be sent (%v)", err)
}

func openConnect(c Config, why string) (Wire, string, error) {
	if c.Interface != "" {
		return nil, "", interfaceNotChosen("connections leave")
	}
	w, err := NewConnect(c)
	return w, why, err
}

func interfaceNotChosen(what string) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Interface cannot be chosen", Field: "interface",
		Detail: what + " by the interface that the routing table says",
		Hint:   "leave the interface out, or use mode syn",
	}
}
