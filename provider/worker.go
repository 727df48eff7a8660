package provider

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

const (
	// workerLog is the file in the data folder with what workers say.
	workerLog = "worker.log"
	// workerTime is how long a worker may take to start.
	workerTime = 30 * time.Second
)

// startWorker starts this program once more, as a worker that goes on when Terraform has
// ended: a server on the data folder that ends when all of its scans have. It returns
// when there is one.
func (e *embeddedEngine) startWorker(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return noWorker("find this program", err)
	}
	log, err := e.openWorkerLog()
	if err != nil {
		return noWorker("open its log", err)
	}
	defer func() { _ = log.Close() }()                // the worker has its own
	cmd := exec.Command(self, e.workerArguments()...) // without a context: it outlives whoever starts it
	cmd.Env, cmd.Stderr, cmd.SysProcAttr = e.workerEnvironment(), log, detachedProcess()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return noWorker("hear it", err)
	}
	if err := cmd.Start(); err != nil {
		return noWorker("start it", err)
	}
	ready := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(out).ReadString('\n')
		ready <- err
		_ = cmd.Wait() // its log has how it ended
	}()
	select {
	case err := <-ready:
		if err != nil {
			return noWorker("start it", fmt.Errorf("it ended; see %s", log.Name()))
		}
		return nil
	case <-time.After(workerTime):
		return noWorker("start it", fmt.Errorf("it is not ready after %s; see %s", workerTime, log.Name()))
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *embeddedEngine) openWorkerLog() (*os.File, error) {
	if err := os.MkdirAll(e.config.DataDir, 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(e.config.DataDir, workerLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

func (e *embeddedEngine) workerArguments() []string {
	arguments := []string{"worker", "--data", e.config.DataDir, "--rate", strconv.Itoa(e.config.Rate), "--keep", e.config.Keep.String()}
	if e.config.Slots > 0 {
		arguments = append(arguments, "--scans", strconv.Itoa(e.config.Slots))
	}
	return arguments
}

// workerEnvironment is what a worker needs of the environment: no keys, and nothing by
// which it would take itself for a provider.
func (e *embeddedEngine) workerEnvironment() []string {
	environment := []string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "SYSTEMROOT", "LOCALDOMAIN", "RES_OPTIONS", "GOMAXPROCS", "GOMEMLIMIT", "GODEBUG"} {
		if value := e.getenv(name); value != "" {
			environment = append(environment, name+"="+value)
		}
	}
	return environment
}

func noWorker(doing string, err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: "Detached engine cannot be started", Field: "data_dir", Detail: fmt.Sprintf("%s: %v", doing, err), Err: err,
		Hint: "leave detached out, or run portolan serve on the data folder",
	}
}

// errWorkerGone says that a worker has ended between its start and its use.
var errWorkerGone = errors.New("it has ended already")

// attach gives a client of the server on the data folder, which is started first where
// scans are to go on by themselves. nil: the engine is to run in this process.
func (e *embeddedEngine) attach(ctx context.Context) (*client.Client, error) {
	c, err := server.Attach(ctx, e.config)
	if err != nil || c != nil || !e.detached {
		return c, err
	}
	if err := e.startWorker(ctx); err != nil {
		return nil, err
	}
	c, err = server.Attach(ctx, e.config)
	if err == nil && c == nil {
		err = noWorker("reach it", errWorkerGone)
	}
	return c, err
}
