package cli

import (
	"context"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// engineFlags say which engine a command uses: the one in this process, or a server.
type engineFlags struct {
	endpoint, data string
	getenv         func(string) string
	checks         *check.Library // for the engine in this process; nil is all those built in
}

func addEngineFlags(flags *pflag.FlagSet, t Terminal) *engineFlags {
	e := addEndpointFlag(flags, t)
	flags.StringVar(&e.data, "data", "", "data folder of the engine in this process (PORTOLAN_DATA_DIR)")
	return e
}

// addEndpointFlag is for commands that need no engine in this process.
func addEndpointFlag(flags *pflag.FlagSet, t Terminal) *engineFlags {
	e := &engineFlags{getenv: t.Getenv}
	flags.StringVar(&e.endpoint, "endpoint", t.Getenv("PORTOLAN_ENDPOINT"), "base URL of a server; without it the engine is the one in this process (PORTOLAN_ENDPOINT)")
	return e
}

// open gives a client and what ends it. The key comes from the environment only: an
// argument is seen by everybody on the machine.
func (e *engineFlags) open(ctx context.Context, version string) (*client.Client, func() error, error) {
	if e.endpoint != "" {
		c, err := client.New(client.Config{Endpoint: e.endpoint, Key: e.getenv("PORTOLAN_API_KEY"), UserAgent: "portolan/" + version})
		return c, func() error { return nil }, err
	}
	dir := e.data
	if dir == "" {
		dir = server.DataDir(e.getenv)
	}
	s, err := server.Start(ctx, server.Config{DataDir: dir, Mode: engine.ModeEmbedded, Version: version, Checks: e.checks})
	if err != nil {
		return nil, nil, err
	}
	return s.Client(), s.Close, nil
}

// rules gives the ids of what the engine in this process finds; nil for a server, which
// has to be asked.
func (e *engineFlags) rules() ([]string, error) {
	if e.endpoint != "" {
		return nil, nil
	}
	return server.Rules()
}
