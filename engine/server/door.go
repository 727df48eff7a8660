package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// Clocks of the HTTP door: nobody, with a key or without, keeps a connection by being
// slow. Long polls and downloads last longer and move the deadline of their answer.
const (
	headerTimeout   = 10 * time.Second
	bodyTimeout     = time.Minute // with the header; not counted on after the last byte
	answerTimeout   = 5 * time.Minute
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 5 * time.Second
)

// door is how requests come in: always within the process, over a listener too when
// [Server.Serve] is called.
type door struct {
	handler http.Handler
	log     *slog.Logger
	inside  *http.Server
	client  *client.Client
}

// openDoor serves the API to a client in this process, without a socket.
func openDoor(c *control.Control, localKey string, config Config) (*door, error) {
	d := &door{handler: private.Handler(c, config.Log), log: config.Log}
	pipe := newPipeListener()
	d.inside = d.server()
	go func() { _ = d.inside.Serve(pipe) }() // returns when the server is closed
	transport := &http.Transport{DialContext: pipe.dial, MaxIdleConnsPerHost: 16}
	local, err := client.New(client.Config{
		Endpoint: "http://" + pipeName, Key: localKey, HTTP: &http.Client{Transport: transport}, UserAgent: "portolan/" + config.Version,
	})
	d.client = local
	return d, err
}

func (d *door) server() *http.Server {
	return &http.Server{
		Handler: d.handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: answerTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(d.log.Handler(), slog.LevelDebug),
	}
}

func (d *door) close() error { return d.inside.Close() }

// Serve answers the API on a listener until ctx is done, then lets running requests
// finish for a moment.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	srv := s.door.server()
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	srv.BaseContext = func(net.Listener) context.Context { return base }
	srv.RegisterOnShutdown(cancel) // ends long polls, which answer with what they have
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve the API: %w", err)
	case <-ctx.Done():
	}
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer stop()
	if err := srv.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop the API: %w", err)
	}
	return nil
}
