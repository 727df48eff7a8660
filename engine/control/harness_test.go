package control_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	indexsqlite "github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	storesqlite "github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// house is a control wing on a real store, shelf and bus. The test itself is the
// agent, so that it decides what happens when.
type house struct {
	*control.Control
	store store.Store
	shelf index.Shelf
	bus   *bus.Bus
	user  engine.User
}

type option func(*control.Config)

func attached(c *control.Config) { c.Attached = true }
func oneSlot(c *control.Config)  { c.Slots = 1 }
func as(p string) option         { return func(c *control.Config) { c.Process = control.Process(p) } }

// small makes the first user's plan a small one.
func small(c *control.Config) {
	plan := engine.SelfHosted()
	plan.StoredScans, plan.TargetsPerScan = 2, 4
	c.Plans = engine.Plans{plan}
}

// open makes a control wing whose queue nobody looks after yet.
func open(t *testing.T, dir string, options ...option) *house {
	t.Helper()
	h := rooms(t, dir)
	var err error
	if h.bus, err = bus.Embed(t.Context()); err != nil {
		t.Fatal(err)
	}
	life, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	config := control.Config{
		Store: h.store, Shelf: h.shelf, Slots: 4,
		Process: control.ThisProcess(), Log: slog.New(slog.DiscardHandler),
		Bus: func(_ context.Context, handler bus.Handler) (bus.Control, error) {
			go func() { served <- h.bus.Serve(life, handler) }()
			return h.bus, nil
		},
	}
	for _, o := range options {
		o(&config)
	}
	h.Control = control.New(config)
	if h.user, _, err = h.EnsureFirstUser(t.Context(), "admin@localhost", strings.Repeat("k", 32)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := errors.Join(h.bus.Close(), h.shelf.Close(), h.store.Close()); err != nil {
			t.Error(err)
		}
	})
	return h
}

// rooms is a house with nothing but its store and shelf.
func rooms(t testing.TB, dir string) *house {
	t.Helper()
	h := &house{}
	var err error
	if h.store, err = storesqlite.Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if h.shelf, err = indexsqlite.Open(dir); err != nil {
		t.Fatal(err)
	}
	return h
}

// run looks after the queue until the returned function is called.
func (h *house) run(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// start is open and run.
func start(t *testing.T, options ...option) *house {
	t.Helper()
	h := open(t, t.TempDir(), options...)
	h.run(t)
	return h
}

// join makes a user and puts them in a team, which is made if need be; "" is none.
func (h *house) join(t *testing.T, email, team string) engine.User {
	t.Helper()
	user, _, err := h.AddUser(t.Context(), engine.User{Email: email, Plan: h.user.Plan}, "", "")
	if err == nil && team != "" {
		if _, err = h.AddTeam(t.Context(), team); engine.KindOf(err) == engine.Conflict {
			err = nil
		}
	}
	if err == nil && team != "" {
		user, err = h.AddMember(t.Context(), team, email)
	}
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func (h *house) create(t *testing.T, targets ...engine.Target) engine.Scan {
	t.Helper()
	scan, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{Targets: targets, Ports: "80"})
	if err != nil {
		t.Fatal(err)
	}
	return scan
}

func (h *house) get(t *testing.T, id engine.ScanID) engine.Scan {
	t.Helper()
	scan, err := h.Scan(t.Context(), h.user, id)
	if err != nil {
		t.Fatal(err)
	}
	return scan
}

// await waits until the scan is as wanted.
func (h *house) await(t *testing.T, id engine.ScanID, wanted func(engine.Scan) bool) engine.Scan {
	t.Helper()
	return h.awaitOf(t, h.user, id, wanted)
}

// awaitOf is await for a scan that user sees.
func (h *house) awaitOf(t *testing.T, user engine.User, id engine.ScanID, wanted func(engine.Scan) bool) engine.Scan {
	t.Helper()
	step := int64(0)
	for {
		scan, err := h.AwaitScan(t.Context(), user, id, step)
		if err != nil {
			t.Fatal(err)
		}
		if wanted(scan) {
			return scan
		}
		if scan.State().Final() {
			t.Fatalf("scan %d ended as %s: %s", id, scan.State(), scan.LastStep())
		}
		step = scan.Steps[len(scan.Steps)-1].ID
	}
}

func in(state engine.State) func(engine.Scan) bool {
	return func(s engine.Scan) bool { return s.State() == state }
}

func (h *house) agent() bus.Agent { return h.bus.Agent("test") }

// take gets the next task and begins it. As a real agent it gives a task back that it
// cannot ask about, and takes it again: control may not listen yet.
func take(t *testing.T, a bus.Agent) (engine.Task, bus.Delivery) {
	t.Helper()
	var failure error
	for range 10 {
		d, err := a.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		task, verdict, err := a.Begin(t.Context(), d.Task())
		if err == nil && verdict == bus.Go {
			return task, d
		}
		if err == nil {
			t.Fatalf("begin task %d of scan %d: %s", d.Task().ID, d.Task().ScanID, verdict)
		}
		failure = errors.Join(err, d.Release())
	}
	t.Fatalf("begin a task: %v", failure)
	return engine.Task{}, nil
}

// finish reports one open port with one response and one finding, and the end of the task.
func finish(t *testing.T, a bus.Agent, task engine.Task, d bus.Delivery) {
	t.Helper()
	verdict, err := a.Report(t.Context(), reportOn(task))
	if err != nil || verdict != bus.Go {
		t.Fatalf("report task %d of scan %d: %s, %v", task.ID, task.ScanID, verdict, err)
	}
	if err := d.Ack(); err != nil {
		t.Fatal(err)
	}
}

func reportOn(task engine.Task) engine.Report {
	prefix, _ := task.Targets[0].Prefix()
	e := engine.Endpoint{Addr: prefix.Addr(), Port: 80, Transport: engine.TCP, Target: task.Targets[0]}
	finding := engine.Finding{Fingerprint: engine.Fingerprint("http.x", task.Targets[0], 80, "http", "/"), Rule: "http.x", Severity: engine.High, Target: e.Target, Host: e.Host(), IP: e.Addr.String(), Port: 80, Transport: engine.TCP}
	return engine.Report{
		ScanID: task.ScanID, TaskID: task.ID, Attempt: task.Attempt, Done: true, At: time.Now(),
		Responses: []engine.Response{engine.NewResponse(e, "http", "http", "/", time.Now())},
		Findings:  []engine.Finding{finding}, Open: []engine.Endpoint{e},
	}
}

// deadProcess names a process of this machine that has ended.
func deadProcess(t *testing.T) string {
	t.Helper()
	command := exec.Command("true")
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	place, _, _ := strings.Cut(string(control.ThisProcess()), "|")
	return fmt.Sprintf("%s|%d|dead", place, command.ProcessState.Pid())
}

func loopback(c *control.Config) {
	c.Scope.Allow = append(c.Scope.Allow, netip.MustParsePrefix("127.0.0.0/8"))
}
