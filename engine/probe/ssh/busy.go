package ssh

import (
	"context"
	"errors"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// busy is what OpenSSH says in the place of its identification to who comes while too
// many are there (MaxStartups), or who has been a nuisance (PerSourcePenalties): the two
// lines of its sshd.c. It says no version.
type busy string

const (
	tooMany busy = "Exceeded MaxStartups"
	shunned busy = "Not allowed at this time"
)

// Error implements [error].
func (b busy) Error() string { return "the server takes nobody now: " + string(b) }

func isBusy(line string) bool { return busy(line) == tooMany || busy(line) == shunned }

const (
	// busyTries is how often a server is asked that is busy, busyPause how long it is
	// given in between: whoever else knocks is soon gone.
	busyTries = 4
	busyPause = 800 * time.Millisecond
)

// insist observes a server until it is not busy.
func insist(ctx context.Context, d probe.Dialer, to engine.Endpoint) (*Block, error) {
	for try := 1; ; try++ {
		block, err := observe(ctx, d, to)
		var why busy
		if !errors.As(err, &why) {
			return block, err
		}
		if try == busyTries || !rest(ctx) {
			return &Block{Banner: string(why)}, nil
		}
	}
}

// rest waits for some time; false if ctx is done before.
func rest(ctx context.Context) bool {
	timer := time.NewTimer(busyPause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
