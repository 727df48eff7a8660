package provider

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// embeddedEngine is the engine inside this process. Terraform starts several
// provider processes for each command and uses few of them, so it is started by
// the first call that needs it. This file alone knows package server.
type embeddedEngine struct {
	config server.Config

	mu     sync.Mutex
	server *server.Server
	closed bool
}

// newEmbeddedEngine prepares an engine on dataDir, by default the folder the
// environment names, with room for slots scans at once, 0 for the engine's choice.
func newEmbeddedEngine(version, dataDir string, slots int, getenv func(string) string) *embeddedEngine {
	if dataDir == "" {
		dataDir = server.DataDir(getenv)
	}
	return &embeddedEngine{config: server.Config{
		DataDir: dataDir, Mode: engine.ModeEmbedded, Version: version, Slots: slots,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}}
}

// client starts the engine if it does not run yet. A failed start is tried
// again by the next call.
func (e *embeddedEngine) client(ctx context.Context) (*client.Client, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, &engine.Error{Kind: engine.Conflict, Title: "Engine is stopping", Detail: "the provider is shutting down"}
	}
	if e.server == nil {
		s, err := server.Start(ctx, e.config) // outlives the call that happens to start it
		if err != nil {
			return nil, fmt.Errorf("start the engine on %s: %w", e.config.DataDir, err)
		}
		e.server = s
	}
	return e.server.Client(), nil
}

// Close stops the engine if it runs. It is safe to call twice.
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
