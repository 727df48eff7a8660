package policy

import (
	"context"
	"errors"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Exit is an exit code of the program. 1 and 2 are never used: shells, Go panics
// and Terraform use them, and a crash must not be read as "findings".
type Exit int

// The exit codes.
const (
	ExitPassed     Exit = 0   // also a scan that was started and not waited for
	ExitFailed     Exit = 10  // the policy matched
	ExitIncomplete Exit = 11  // the engine failed, or could not reach or finish what was asked
	ExitTimedOut   Exit = 12  // the caller's time ran out
	ExitRefused    Exit = 13  // the engine refused: key, plan, quota, scope
	ExitUsage      Exit = 64  // bad input; EX_USAGE of sysexits(3)
	ExitInternal   Exit = 70  // our fault; EX_SOFTWARE of sysexits(3)
	ExitCancelled  Exit = 130 // 128 + SIGINT, as shells have it
)

// Status is how a run ended, in a word.
type Status string

// The statuses.
const (
	StatusPassed     Status = "passed"
	StatusPending    Status = "pending" // started, not waited for
	StatusFailed     Status = "failed"
	StatusIncomplete Status = "incomplete"
	StatusTimedOut   Status = "timed-out"
	StatusError      Status = "error"
	StatusCancelled  Status = "cancelled"
)

// Status gives the word for an exit code; [StatusError] for any it does not know.
// 0 is "passed": that a scan is pending is known only to who did not wait.
func (e Exit) Status() Status {
	switch e {
	case ExitPassed:
		return StatusPassed
	case ExitFailed:
		return StatusFailed
	case ExitIncomplete:
		return StatusIncomplete
	case ExitTimedOut:
		return StatusTimedOut
	case ExitCancelled:
		return StatusCancelled
	}
	return StatusError
}

// Conclude gives the status and exit code of a run from its scan and verdict. What
// was found fails the build even if the scan did not finish; what was not
// found passes only if the scan finished and reached a host.
func Conclude(scan engine.Scan, verdict Verdict) (Status, Exit) {
	exit := ExitPassed
	switch {
	case scan.Status() == engine.StatusCancelled:
		exit = ExitCancelled
	case verdict.Failed:
		exit = ExitFailed
	case !scan.Status().Final():
		return StatusPending, ExitPassed
	case scan.Status() == engine.StatusFailed, scan.Summary.TasksFailed > 0, scan.Summary.HostsUp == 0:
		exit = ExitIncomplete
	}
	return exit.Status(), exit
}

// ExitOf gives the exit code for an error that ended a run, 0 for nil.
func ExitOf(err error) Exit {
	switch {
	case err == nil:
		return ExitPassed
	case errors.Is(err, context.Canceled):
		return ExitCancelled
	case errors.Is(err, context.DeadlineExceeded):
		return ExitTimedOut
	}
	switch engine.KindOf(err) {
	case engine.Invalid, engine.NotFound:
		return ExitUsage
	case engine.Limit, engine.Unauthorized, engine.Forbidden, engine.Conflict, engine.Throttled:
		return ExitRefused
	}
	return ExitInternal
}
