// Package server wires the rooms of the engine together and starts and stops them:
// as a server ([Main], `portolan serve`) and embedded in another process ([Start]
// and [Server.Client]). Begin with [Start].
//
// It holds no rules and no knowledge of scanning; it knows every room and what
// each needs.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
	feedsqlite "github.com/portolan-io/terraform-provider-portolan/engine/feed/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	indexsqlite "github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/notify"
	"github.com/portolan-io/terraform-provider-portolan/engine/proof"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	storesqlite "github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// DefaultSlots is how many scans run at once on one data folder: more share the
// same sockets and only make each other slower.
const DefaultSlots = 4

// Config says how an engine runs.
type Config struct {
	Rate     int           // packets a second over all scans of this process; 0 has no limit
	Keep     time.Duration // how long scans are kept after their end; 0 is for ever
	Detached bool          // embedded, and scans outlive whoever asked for them

	DataDir  string           // where everything is kept; see [DataDir]
	Mode     string           // [engine.ModeEmbedded] (the default) or [engine.ModeServer]
	Allow    []netip.Prefix   // what may be scanned beyond public and private ranges
	Verified bool             // only targets that are proved to be the caller's are scanned
	Servers  []netip.AddrPort // of the DNS, asked whether targets are verified; nil are the system's
	AdminKey string           // the first user's key on an empty store; "" makes one
	Version  string           // of the program
	Plans    string           // file of plans; "" is plans.yml in the data folder, if there is one
	Slots    int              // scans at once; 0 is [DefaultSlots]
	Checks   *check.Library   // that are asked; nil is all those built in
	Notify   Notify           // how notices are delivered
	Log      *slog.Logger     // nil drops what is logged
}

// Notify says how notices are delivered.
type Notify struct {
	Private bool               // to private addresses, and by http, too
	Mail    *notify.MailServer // nil sends no mail
}

// Server is a running engine.
type Server struct {
	config  Config
	store   store.Store
	shelf   index.Shelf
	feed    *feedsqlite.Feed
	control *control.Control
	door    *door
	data    *dataWing
	newKey  string

	localKey string // of whoever is in this process or on this machine

	stop    context.CancelFunc
	running sync.WaitGroup
	close   func() error
}

// Start opens the data folder and starts an engine on it. Nothing listens on the
// network until [Server.Serve]; agents start with the first scan.
func Start(ctx context.Context, config Config) (*Server, error) {
	config = config.withDefaults()
	s := &Server{config: config}
	s.close = sync.OnceValue(s.closeRooms)
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (c Config) withDefaults() Config {
	if c.Mode == "" {
		c.Mode = engine.ModeEmbedded
	}
	if c.Slots == 0 {
		c.Slots = DefaultSlots
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Mode == engine.ModeEmbedded {
		c.Allow = slices.Concat(c.Allow, engine.LoopbackPrefixes()) // never into the caller's
		c.Notify.Private = true                                     // the machine is its user's
	}
	return c
}

func (s *Server) open(ctx context.Context) (err error) {
	plans, err := readPlans(s.config.Plans, s.config.DataDir)
	if err != nil {
		return err
	}
	if s.store, err = storesqlite.Open(ctx, s.config.DataDir); err != nil {
		return err
	}
	if s.shelf, err = indexsqlite.Open(s.config.DataDir); err != nil {
		return err
	}
	s.feed = feedsqlite.New(s.config.DataDir)
	// What runs outlives the call that started it; Close ends it.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.data = &dataWing{life: life, config: s.config}
	s.localKey = engine.NewKey()
	s.control = s.newControl(plans)
	if s.newKey, err = ensureAdmin(ctx, s.control, s.config); err != nil {
		return err
	}
	if err := warnUnknownPlans(ctx, s.control); err != nil {
		return err
	}
	if err := s.control.Sweep(ctx); err != nil {
		return err
	}
	s.running.Go(func() { _ = s.control.Run(life) }) // logs its own failures, returns nil
	s.door, err = openDoor(s.control, s.localKey, s.config)
	return err
}

func (s *Server) newControl(plans engine.Plans) *control.Control {
	return control.New(control.Config{
		Store: s.store, Shelf: s.shelf, Bus: s.data.start, Known: feed.NewJudge(s.feed), Rules: Rules, Asked: s.config.asked(),
		Notifier:  notify.New(notify.Policy{Private: s.config.Notify.Private}, s.config.Notify.Mail, s.config.Version),
		Catalogue: s.data.catalogue, MaySYN: sync.OnceValue(wire.MaySYN),
		Proof: proof.New(proof.Config{Scope: engine.Scope{Allow: s.config.Allow}, Servers: s.config.Servers}), RequireVerified: s.config.Verified,
		Scope: engine.Scope{Allow: s.config.Allow}, Plans: plans, Slots: s.config.Slots,
		Attached: s.config.Mode == engine.ModeEmbedded && !s.config.Detached, LocalKey: s.localKey, Keep: s.config.Keep,
		About:   engine.About{Version: s.config.Version, Mode: s.config.Mode, DataDir: s.config.DataDir},
		Process: control.ThisProcess(), Log: s.config.Log,
	})
}

// Client gives a client of this engine that uses no socket and acts for the first
// user. It ends with the engine.
func (s *Server) Client() *client.Client { return s.door.client }

// NewKey is the key that was made for the first user when this Start made the
// store, "" otherwise. It is also in the file admin.key of the data folder.
func (s *Server) NewKey() string { return s.newKey }

// Close stops scans, agents and everything else, and waits for them.
func (s *Server) Close() error { return s.close() }

func (s *Server) closeRooms() error {
	var errs []error
	if s.door != nil {
		errs = append(errs, s.door.close())
	}
	if s.stop != nil {
		s.stop()
	}
	s.running.Wait()
	if s.data != nil {
		errs = append(errs, s.data.close())
	}
	if s.feed != nil {
		errs = append(errs, s.feed.Close())
	}
	if s.shelf != nil {
		errs = append(errs, s.shelf.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}
