package policy_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

func scanIn(state engine.State, summary engine.Summary) engine.Scan {
	return engine.Scan{Steps: []engine.Step{{State: state}}, Summary: summary}
}

func TestConclude(t *testing.T) {
	up := engine.Summary{HostsUp: 1}
	tests := []struct {
		name   string
		scan   engine.Scan
		failed bool
		status policy.Status
		exit   policy.Exit
	}{
		{"clean", scanIn(engine.StateDone, up), false, policy.StatusPassed, 0},
		{"findings", scanIn(engine.StateDone, up), true, policy.StatusFailed, 10},
		{"findings of a scan that broke", scanIn(engine.StateFailed, up), true, policy.StatusFailed, 10},
		{"broke", scanIn(engine.StateFailed, up), false, policy.StatusIncomplete, 11},
		{"a task failed", scanIn(engine.StateDone, engine.Summary{HostsUp: 1, TasksFailed: 1}), false, policy.StatusIncomplete, 11},
		{"nothing answered", scanIn(engine.StateDone, engine.Summary{}), false, policy.StatusIncomplete, 11},
		{"cancelled", scanIn(engine.StateCancelled, up), false, policy.StatusCancelled, 130},
		{"cancelled with findings", scanIn(engine.StateCancelled, up), true, policy.StatusCancelled, 130},
		{"not waited for", scanIn(engine.StatePending, engine.Summary{}), false, policy.StatusPending, 0},
	}
	for _, test := range tests {
		status, exit := policy.Conclude(test.scan, policy.Verdict{Failed: test.failed})
		if status != test.status || exit != test.exit {
			t.Errorf("%s: %s, %d; want %s, %d", test.name, status, exit, test.status, test.exit)
		}
	}
}

func TestExitOf(t *testing.T) {
	tests := []struct {
		err    error
		exit   policy.Exit
		status policy.Status
	}{
		{nil, 0, policy.StatusPassed},
		{&engine.Error{Kind: engine.Invalid}, 64, policy.StatusError},
		{fmt.Errorf("create scan: %w", &engine.Error{Kind: engine.Limit}), 13, policy.StatusError},
		{&engine.Error{Kind: engine.Unauthorized}, 13, policy.StatusError},
		{&engine.Error{Kind: engine.Internal}, 70, policy.StatusError},
		{errors.New("disk full"), 70, policy.StatusError},
		{fmt.Errorf("wait: %w", context.Canceled), 130, policy.StatusCancelled},
		{fmt.Errorf("wait: %w", context.DeadlineExceeded), 12, policy.StatusTimedOut},
		{&engine.Error{Kind: engine.Internal, Err: context.Canceled}, 130, policy.StatusCancelled},
	}
	for _, test := range tests {
		exit := policy.ExitOf(test.err)
		if exit != test.exit || exit.Status() != test.status {
			t.Errorf("ExitOf(%v) = %d %s, want %d %s", test.err, exit, exit.Status(), test.exit, test.status)
		}
	}
}

// TestExitCodesAreOurs guards the codes that shells, Go and Terraform use.
func TestExitCodesAreOurs(t *testing.T) {
	for _, exit := range []policy.Exit{policy.ExitFailed, policy.ExitIncomplete, policy.ExitTimedOut, policy.ExitRefused, policy.ExitUsage, policy.ExitInternal, policy.ExitCancelled} {
		if exit <= 2 || exit == 126 || exit == 127 {
			t.Errorf("exit code %d belongs to others", exit)
		}
	}
}
