// Package enginetest gives tests and demonstrations a real engine on loopback and
// known-flawed services to scan. Begin with [Start] and [Services].
//
// It is test support and never part of the product. Nothing in it is a mock: the
// services speak their protocols over real sockets, only with little behind them.
package enginetest

import (
	"context"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// Key is the API key of the first user of an [Engine].
const Key = "EngineTestKey0123456789abcdefghij"

// Engine is a running `portolan serve` that may scan loopback.
type Engine struct {
	Endpoint string // http://127.0.0.1:PORT
	Key      string
	Dir      string // data folder
	Client   *client.Client
}

// Start runs an engine in server mode on a free port of loopback until the test ends.
func Start(t testing.TB) *Engine {
	t.Helper()
	return StartAs(t, func(*server.Config) {})
}

// StartAs is Start with a configuration that change has changed.
func StartAs(t testing.TB, change func(*server.Config)) *Engine {
	t.Helper()
	config := server.Config{DataDir: t.TempDir()}
	change(&config)
	return serve(t, config, "127.0.0.1:0")
}

// StartAsking runs an engine that asks other checks than those built in.
func StartAsking(t testing.TB, checks *check.Library) *Engine {
	t.Helper()
	return serve(t, server.Config{DataDir: t.TempDir(), Checks: checks}, "127.0.0.1:0")
}

func serve(t testing.TB, config server.Config, address string) *Engine {
	t.Helper()
	config.Mode, config.Allow, config.AdminKey, config.Version = engine.ModeServer, engine.LoopbackPrefixes(), Key, "test"
	ctx, cancel := context.WithCancel(t.Context())
	s, err := server.Start(ctx, config)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Engine{Endpoint: "http://" + listener.Addr().String(), Key: Key, Dir: config.DataDir, Client: dial(t, listener)}
}

func dial(t testing.TB, listener net.Listener) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{Endpoint: "http://" + listener.Addr().String(), Key: Key})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Embedded runs an engine as the provider and the command line have it inside, until
// the test ends.
func Embedded(t testing.TB, dir string) *client.Client {
	t.Helper()
	s, err := server.Start(t.Context(), server.Config{DataDir: dir, Mode: engine.ModeEmbedded, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s.Client()
}
