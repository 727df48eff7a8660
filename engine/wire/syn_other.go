//go:build !linux

package wire

import (
	"runtime"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// cannotSYN is why [New] connects.
const cannotSYN = "SYN packets are sent on Linux only"

// NewSYN is for Linux only; elsewhere it gives a [engine.Forbidden] error.
func NewSYN(Config) (Wire, error) {
	return nil, &engine.Error{
		Kind: engine.Forbidden, Title: "SYN scan is not possible", Field: "mode",
		Detail: "SYN packets are sent on Linux only, this is " + runtime.GOOS,
		Hint:   "use mode connect",
	}
}
