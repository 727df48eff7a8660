package control_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestLostTaskIsFedAgain takes the tasks of a running scan off the bus behind control's
// back. Those that were lost come again, and the one an agent has finished does not.
func TestLostTaskIsFedAgain(t *testing.T) {
	h := start(t)
	scan := h.create(t, "192.0.2.0/25") // four tasks
	h.await(t, scan.ID, in(engine.StateScanning))
	agent := h.agent()
	first, delivery := take(t, agent)
	finish(t, agent, first, delivery)
	if err := h.bus.Cancel(t.Context(), scan.ID); err != nil {
		t.Fatal(err)
	}
	held, err := h.bus.Held(t.Context(), scan.ID)
	if err != nil || len(held) != 0 {
		t.Fatalf("the bus still holds %v, %v", held, err)
	}
	h.DoubtBus()
	for range 3 {
		task, delivery := take(t, agent)
		if task.ID == first.ID {
			t.Error("a task that was done came again")
		}
		finish(t, agent, task, delivery)
	}
	h.await(t, scan.ID, in(engine.StateDone))
}

// TestTasksHaveTheScopeOfTheirScan: it is not stored with each of them.
func TestTasksHaveTheScopeOfTheirScan(t *testing.T) {
	h := start(t, loopback)
	scan, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{
		Targets: []engine.Target{"127.0.0.0/24"}, Exclude: []engine.Target{"127.0.0.9"}, Ports: "80",
	})
	if err != nil {
		t.Fatal(err)
	}
	task, _ := take(t, h.agent())
	if len(task.Scope.Exclude) != 1 || task.Scope.Exclude[0].String() != "127.0.0.9/32" || len(task.Scope.Allow) != 1 {
		t.Errorf("the scope of the task is %+v", task.Scope)
	}
	ix, err := h.shelf.Open(t.Context(), scan.ID)
	if err != nil {
		t.Fatal(err)
	}
	if stored, _, err := ix.Task(t.Context(), task.ID); err != nil || len(stored.Scope.Exclude) != 0 {
		t.Errorf("stored is %+v, %v", stored, err)
	}
}
