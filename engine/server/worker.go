package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// WorkerReady is the line by which `portolan worker` says that there is a server on the
// data folder now: itself, or one that was there before.
const WorkerReady = "ready"

// idleTime is how long a worker stays with nothing to do: until the next command of a
// pipeline comes.
const idleTime = 15 * time.Second

// Worker is `portolan worker`, which guests start where a scan is to outlive them. It is a
// server on loopback that others on this machine find by its announcement, and it ends
// when every scan has and nobody has asked for anything for a while. It is not for people:
// they run `portolan serve`.
func Worker(ctx context.Context, args []string, stdout, stderr io.Writer, version string) int {
	flags := pflag.NewFlagSet("portolan worker", pflag.ContinueOnError)
	flags.SetOutput(stderr)
	w := worker{stdout: stdout}
	flags.StringVar(&w.config.DataDir, "data", "", "folder for everything that is kept")
	flags.IntVar(&w.config.Slots, "scans", DefaultSlots, "how many scans run at once")
	flags.IntVar(&w.config.Rate, "rate", 0, "packets a second over all scans; 0 has no limit")
	flags.DurationVar(&w.config.Keep, "keep", 0, "how long scans are kept after their end; 0 is for ever")
	flags.DurationVar(&w.idle, "idle", idleTime, "how long it stays with nothing to do")
	if err := flags.Parse(args); err != nil {
		return int(policy.ExitUsage)
	}
	w.config.Mode, w.config.Detached, w.config.Version = engine.ModeEmbedded, true, version
	w.config.Log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelInfo}))
	if err := w.run(ctx); err != nil {
		complain(stderr, "worker", err)
		return int(exitOf(err))
	}
	return int(policy.ExitPassed)
}

type worker struct {
	config Config
	idle   time.Duration
	stdout io.Writer
}

func (w *worker) run(ctx context.Context) error {
	if said, err := announced(w.config.DataDir); err != nil || said != nil {
		_, _ = fmt.Fprintln(w.stdout, WorkerReady)
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return listenError("127.0.0.1:0", err)
	}
	s, err := Start(ctx, w.config)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return errors.Join(w.serve(ctx, s, listener), s.Close())
}

func (w *worker) serve(ctx context.Context, s *Server, listener net.Listener) error {
	takeBack, err := s.Announce(listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	_, _ = fmt.Fprintln(w.stdout, WorkerReady)
	requests := &attendance{handler: s.door.handler, last: time.Now()}
	s.door.handler = requests
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.running.Go(func() {
		defer stop()
		w.stay(ctx, s, requests)
		s.config.Log.InfoContext(ctx, "nothing is left to do; the worker ends")
		if err := takeBack(); err != nil {
			s.config.Log.ErrorContext(ctx, "withdraw the announcement", "error", err)
		}
	})
	return s.Serve(ctx, listener)
}

// stay returns when there has been nothing to do for a while, or ctx is done.
func (w *worker) stay(ctx context.Context, s *Server, requests *attendance) {
	tick := time.NewTicker(max(w.idle/10, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if unfinished, err := s.control.Unfinished(ctx); err != nil || unfinished > 0 {
			requests.note()
		}
		if requests.quiet() > w.idle {
			return
		}
	}
}

// attendance notes when anybody was there last.
type attendance struct {
	handler http.Handler

	lock  sync.Mutex
	there int // requests under way
	last  time.Time
}

// ServeHTTP implements [http.Handler].
func (a *attendance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.come(1)
	defer a.come(-1)
	a.handler.ServeHTTP(w, r)
}

func (a *attendance) come(n int) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.there += n
	a.last = time.Now()
}

func (a *attendance) note() { a.come(0) }

// quiet is how long nobody has been there.
func (a *attendance) quiet() time.Duration {
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.there > 0 {
		return 0
	}
	return time.Since(a.last)
}
