package provider

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// embeddedEngine is the engine on a data folder of this machine: a server that has
// announced itself there, the worker of detached scans, or an engine inside this process.
// Terraform starts several provider processes for each command and uses few of them, so
// nothing is started before the first call that needs it. This file and worker.go alone
// know package server.
type embeddedEngine struct {
	config   server.Config
	detached bool // scans go on when this process ends
	getenv   func(string) string

	mu       sync.Mutex
	server   *server.Server // in this process; nil while there is none
	attached *client.Client // of another process; nil while there is none
	run      string         // which run of that process it is of
	closed   bool
}

// embeddedSettings are what the block embedded says, zero for what it leaves out.
type embeddedSettings struct {
	dataDir  string
	slots    int
	rate     int
	keep     time.Duration
	detached bool
}

// newEmbeddedEngine prepares an engine, by default on the folder the environment names.
func newEmbeddedEngine(version string, s embeddedSettings, getenv func(string) string) *embeddedEngine {
	if s.dataDir == "" {
		s.dataDir = server.DataDir(getenv)
	}
	if absolute, err := filepath.Abs(s.dataDir); err == nil {
		s.dataDir = absolute // a worker may run elsewhere
	}
	return &embeddedEngine{detached: s.detached, getenv: getenv, config: server.Config{
		DataDir: s.dataDir, Mode: engine.ModeEmbedded, Version: version, Slots: s.slots, Rate: s.rate, Keep: s.keep,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}}
}

// stays reports whether scans go on when this process ends.
func (e *embeddedEngine) stays() bool { return e.detached || server.Announced(e.config.DataDir) != "" }

// client gives a client, and starts what it takes. Who is on the data folder is looked at
// anew for each operation, until the engine runs in this process: servers come and go. A
// failed start is tried again by the next call.
func (e *embeddedEngine) client(ctx context.Context) (*client.Client, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, &engine.Error{Kind: engine.Conflict, Title: "Engine is stopping", Detail: "the provider is shutting down"}
	}
	if e.server != nil {
		return e.server.Client(), nil
	}
	if e.attached != nil && e.run == server.Announced(e.config.DataDir) {
		return e.attached, nil
	}
	c, err := e.attach(ctx)
	e.attached, e.run = c, server.Announced(e.config.DataDir)
	if err != nil || c != nil {
		return c, err
	}
	s, err := server.Start(ctx, e.config) // outlives the call that happens to start it
	if err != nil {
		return nil, fmt.Errorf("start the engine on %s: %w", e.config.DataDir, err)
	}
	e.server = s
	return s.Client(), nil
}

// Close stops the engine if it runs in this process. It is safe to call twice.
func (e *embeddedEngine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	if e.server == nil {
		return nil
	}
	s := e.server
	e.server = nil
	if err := s.Close(); err != nil {
		return fmt.Errorf("stop the engine on %s: %w", e.config.DataDir, err)
	}
	return nil
}
