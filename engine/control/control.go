// Package control holds every rule: who may see and change what, limits, whose
// scan is next, how a scan becomes tasks and when it is finished. Begin with
// [Control] and follow a scan through [Control.CreateScan], claim, run and finish.
//
// It is the only package that changes the state of a scan, a task or an issue. It does
// not scan (the data wing does, beyond the bus) and speaks no HTTP (that is api).
package control

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Config is what Control works with and by.
type Config struct {
	Store store.Store
	Shelf index.Shelf
	// Bus starts the bus and the agents on it. It is called when the first scan
	// runs, so that a process that only reads never pays for them. It may be
	// called again after it failed.
	Bus func(ctx context.Context, handler bus.Handler) (bus.Control, error)

	// Known says which software that was found has known vulnerabilities; nil says nothing.
	Known Known

	// Rules gives the ids of everything that an engine of this program finds; nil does
	// not know. Asked is what this engine looks for; nil is all of that.
	Rules func() ([]string, error)
	Asked []string

	// Catalogue describes everything that this engine looks for, by id; nil knows nothing.
	Catalogue func() ([]engine.Rule, error)
	// MaySYN tells whether the agent of this process may open raw sockets; nil is no.
	MaySYN func() bool

	// Notifier delivers notices; nil delivers none: they wait for a process that does.
	Notifier Notifier

	// Proof looks for what proves that a target is somebody's. RequireVerified refuses
	// scans of what is not proved to be the caller's.
	Proof           Proof
	RequireVerified bool

	// Keep is how long scans are kept after their end; 0 is for ever.
	Keep time.Duration

	Scope    engine.Scope // where scans may go
	Plans    engine.Plans // what users may do, by the name of their plan; nil is [engine.DefaultPlans]
	Slots    int          // how many scans run at once on this store
	Attached bool         // scans live and die with this process
	LocalKey string       // a key only this process knows, for the first user; "" for none
	About    engine.About // without EngineID, which the store knows, and Capabilities
	Process  Process      // who holds the leases
	Log      *slog.Logger
}

// Known knows vulnerabilities of software, of those that were imported. It is asked here
// and not by agents, so that they need no list of them.
type Known interface {
	// Ready tells whether anything was imported.
	Ready(ctx context.Context) (bool, error)
	// Enrich adds to a report what is known of the software in it.
	Enrich(ctx context.Context, report *engine.Report) error
}

// Notifier delivers notices of notifications.
type Notifier interface {
	// Admit refuses a notification that could not be told anything here: there is no mail
	// server, or its address is not allowed.
	Admit(n engine.Notification) error
	// Send tries to deliver once.
	Send(ctx context.Context, n engine.Notification, d engine.Delivery) engine.DeliveryTry
}

// Control is the control wing. Its methods may be called at the same time.
type Control struct {
	Config
	wake    signal   // something changed in the queue
	changes *changes // something changed in a scan
	ended   signal   // a scan has ended that may not be merged
	planned signal   // a schedule was changed
	noticed signal   // something may have to be told
	runs    *runs    // the scans this process is running
	isFull  bool     // the disk was when Run looked last

	listeners *listeners  // who listens to events
	throttles *throttles  // what users have asked for lately
	bus       bus.Control // nil until the first scan runs
	busLock   sync.Mutex  // guards bus
	running   sync.WaitGroup
}

// New makes a Control. Nothing runs until [Control.Run] is called.
func New(config Config) *Control {
	if config.Plans == nil {
		config.Plans = engine.DefaultPlans()
	}
	config.Store = ledger{config.Store}
	return &Control{
		Config: config, wake: newSignal(), ended: newSignal(), planned: newSignal(), noticed: newSignal(), changes: newChanges(config.Store), runs: newRuns(),
		listeners: newListeners(), throttles: newThrottles(),
	}
}

// now is the present in the precision the store keeps.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
