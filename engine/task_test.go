package engine_test

import (
	"net/netip"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestSplitTasksCoversEveryAddressOnce(t *testing.T) {
	scan := engine.Scan{ID: 5, Ports: "80", Targets: []engine.Target{"192.0.2.0/26", "example.com", "198.51.100.1", "2001:db8::/121"}, Exclude: []engine.Target{"192.0.2.9"}}
	tasks := engine.SplitTasks(scan, 32)
	seen := map[engine.Target]int{}
	for i, task := range tasks {
		if task.ScanID != 5 || task.ID != engine.TaskID(i+1) || task.Ports != "80" || len(task.Scope.Exclude) != 0 {
			t.Errorf("task %d is %+v", i, task)
		}
		if n := engine.AddressCount(task.Targets); n > 32 {
			t.Errorf("task %d has %d addresses, at most 32 are allowed", i, n)
		}
		for _, target := range task.Targets {
			count(seen, target)
		}
	}
	if want := 64 + 1 + 1 + 128; len(seen) != want {
		t.Errorf("%d addresses and names, want %d", len(seen), want)
	}
	for target, n := range seen {
		if n != 1 {
			t.Errorf("%s is in %d tasks", target, n)
		}
	}
}

func count(seen map[engine.Target]int, target engine.Target) {
	prefix, ok := target.Prefix()
	if !ok {
		seen[target]++
		return
	}
	for addr := prefix.Addr(); prefix.Contains(addr); addr = addr.Next() {
		seen[engine.Target(netip.PrefixFrom(addr, addr.BitLen()).Addr().String())]++
	}
}

func TestTaskAdvance(t *testing.T) {
	states := []engine.TaskState{engine.TaskWaiting, engine.TaskRunning, engine.TaskDone, engine.TaskFailed}
	allowed := map[[2]engine.TaskState]bool{
		{engine.TaskWaiting, engine.TaskRunning}: true, {engine.TaskRunning, engine.TaskRunning}: true,
		{engine.TaskRunning, engine.TaskDone}: true, {engine.TaskRunning, engine.TaskFailed}: true, {engine.TaskWaiting, engine.TaskFailed}: true,
		{engine.TaskRunning, engine.TaskWaiting}: true,
	}
	for _, from := range states {
		for _, to := range states {
			got, err := from.Advance(to)
			if want := allowed[[2]engine.TaskState{from, to}]; want != (err == nil) {
				t.Errorf("%s → %s: %v, want allowed %v", from, to, err, want)
			}
			if err != nil && got != from {
				t.Errorf("%s → %s was refused and yet gave %s", from, to, got)
			}
		}
	}
}
