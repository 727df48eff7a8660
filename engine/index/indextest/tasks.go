package indextest

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func testTasks(t *testing.T, open Open) {
	t.Run("life", func(t *testing.T) { testTaskLife(t, open) })
	t.Run("unknown", func(t *testing.T) {
		h := newHarness(t, open, t.TempDir())
		_, _, err := h.index.Task(t.Context(), 3)
		h.wantKind("read", err, engine.NotFound)
		h.wantKind("save", h.index.SaveTask(t.Context(), 3, engine.TaskRunning, 1, ""), engine.NotFound)
		h.wantKind("end", h.index.Append(t.Context(), engine.Report{TaskID: 3, Done: true}), engine.NotFound)
	})
	t.Run("ended stays ended", func(t *testing.T) { testEnded(t, open) })
	t.Run("added twice", func(t *testing.T) { testAddedTwice(t, open) })
}

// tasks gives n tasks with ids from 1.
func tasks(n int) []engine.Task {
	list := make([]engine.Task, n)
	for i := range list {
		list[i] = engine.Task{ScanID: 1, ID: engine.TaskID(i + 1), Targets: []engine.Target{"192.0.2.0/28"}, Ports: "22,80"}
	}
	return list
}

func (h harness) addTasks(n int) {
	h.Helper()
	h.must("add tasks", h.index.AddTasks(h.Context(), tasks(n)))
}

func (h harness) saveTask(id engine.TaskID, state engine.TaskState, attempt int, failure string) {
	h.Helper()
	h.must("save task", h.index.SaveTask(h.Context(), id, state, attempt, failure))
}

// undone gives the ids of at most limit undone tasks.
func (h harness) undone(limit int) (ids []engine.TaskID) {
	h.Helper()
	list, err := h.index.Tasks(h.Context(), limit)
	h.must("tasks", err)
	for _, task := range list {
		ids = append(ids, task.ID)
	}
	return ids
}

func testTaskLife(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	h.addTasks(5)
	wantList(t, "new", h.undone(3), []engine.TaskID{1, 2, 3})
	h.saveTask(2, engine.TaskRunning, 1, "")
	task, state := h.task(2)
	if state != engine.TaskRunning || task.Attempt != 1 || task.Targets[0] != "192.0.2.0/28" || task.Ports != "22,80" {
		t.Errorf("task 2 is %s: %+v", state, task)
	}
	h.append(engine.Report{TaskID: 1, Attempt: 1, Done: true})
	h.append(engine.Report{TaskID: 2, Attempt: 1, Responses: sample()[:1]})
	h.append(engine.Report{TaskID: 4, Attempt: 2, Done: true, Failure: "no name of it resolves"})
	h.saveTask(5, engine.TaskFailed, 3, "given up")
	wantList(t, "left", h.undone(100), []engine.TaskID{2, 3})
	p := h.progress()
	if p.Tasks != 5 || p.Done != 3 || p.Failed != 2 || p.Failure != "no name of it resolves" || p.Summary.TasksFailed != 2 {
		t.Errorf("progress: %+v", p)
	}
}

func testEnded(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	h.addTasks(2)
	h.append(engine.Report{TaskID: 1, Attempt: 1, Done: true})
	h.append(engine.Report{TaskID: 2, Attempt: 1, Done: true, Failure: "first"})
	h.append(engine.Report{TaskID: 1, Attempt: 2, Done: true, Failure: "late"})
	h.append(engine.Report{TaskID: 2, Attempt: 2, Done: true})
	h.saveTask(1, engine.TaskRunning, 2, "")
	if task, state := h.task(1); state != engine.TaskDone || task.Attempt != 1 {
		t.Errorf("task 1 is %s at attempt %d, want done at 1", state, task.Attempt)
	}
	if p := h.progress(); p.Done != 2 || p.Failed != 1 || p.Failure != "first" {
		t.Errorf("progress: %+v", p)
	}
}

func testAddedTwice(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	h.addTasks(2)
	h.saveTask(1, engine.TaskRunning, 2, "")
	h.addTasks(3)
	if task, state := h.task(1); state != engine.TaskRunning || task.Attempt != 2 {
		t.Errorf("task 1 is %s at attempt %d after adding it again, want running at 2", state, task.Attempt)
	}
	if p := h.progress(); p.Tasks != 3 {
		t.Errorf("%d tasks, want 3", p.Tasks)
	}
}
