package server

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/agent"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// tasksAtOnce is how many tasks the agent of this process runs at the same time. A
// task is mostly waiting, and has many connections open itself.
const tasksAtOnce = 4

// dataWing is the bus and the agent of this process. It starts with the first scan.
type dataWing struct {
	life    context.Context // ends with the server; a start must outlive the scan that asked for it
	config  Config
	bus     *bus.Bus
	running sync.WaitGroup
}

// start makes the bus, its handler and the agent. Control calls it one at a time.
func (d *dataWing) start(ctx context.Context, handler bus.Handler) (bus.Control, error) {
	library, err := d.checks()
	if err != nil {
		return nil, err
	}
	embedded, err := bus.Embed(ctx)
	if err != nil {
		return nil, err
	}
	d.bus = embedded
	worker := &agent.Agent{
		Bus: embedded.Agent(agentName()), Slots: tasksAtOnce, Log: d.config.Log,
		Scanner: scanner.New(scanner.Config{Probes: all.Probes(), Checks: library, Log: d.config.Log, Tasks: tasksAtOnce, Rate: d.config.Rate}),
	}
	d.run("answer agents", func() error { return embedded.Serve(d.life, handler) })
	d.run("agent", func() error { return worker.Run(d.life) })
	return embedded, nil
}

func (d *dataWing) checks() (*check.Library, error) {
	if d.config.Checks != nil {
		return d.config.Checks, nil
	}
	return check.Load()
}

// catalogue describes what is found with the checks that are asked.
func (d *dataWing) catalogue() ([]engine.Rule, error) {
	library, err := d.checks()
	if err != nil {
		return nil, err
	}
	var rules []engine.Rule
	for _, c := range Catalogue(library) {
		rules = append(rules, c.Rule())
	}
	return rules, nil
}

func (d *dataWing) run(what string, fn func() error) {
	d.running.Go(func() {
		if err := fn(); err != nil && d.life.Err() == nil {
			d.config.Log.ErrorContext(d.life, what, "error", err)
		}
	})
}

// close waits for what life's end has stopped.
func (d *dataWing) close() error {
	d.running.Wait()
	if d.bus == nil {
		return nil
	}
	return d.bus.Close()
}

// asked gives what the checks of a configuration find, nil for all those built in.
func (c Config) asked() []string {
	if c.Checks == nil {
		return nil
	}
	return RulesWith(c.Checks)
}

func agentName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s-%d", host, os.Getpid())
}
