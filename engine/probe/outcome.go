package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// OutcomeOf says how a probe ended that ran into err. What is no failure of the
// connection is an answer of another protocol.
func OutcomeOf(err error) engine.Outcome {
	switch {
	case engine.KindOf(err) == engine.Forbidden:
		return engine.OutOfScope
	case errors.Is(err, syscall.ECONNREFUSED):
		return engine.Refused
	case isTimeout(err):
		return engine.Timeout
	case isClosed(err):
		return engine.Closed
	}
	return engine.Protocol
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

func isClosed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, context.Canceled} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}
