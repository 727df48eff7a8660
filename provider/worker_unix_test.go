//go:build unix

package provider_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// serveOn runs a server on a data folder, announced as portolan serve is.
func serveOn(t *testing.T, dir string) {
	t.Helper()
	s, err := server.Start(t.Context(), server.Config{DataDir: dir, Mode: engine.ModeServer, Allow: engine.LoopbackPrefixes(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	takeBack, err := s.Announce(listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		for _, err := range []error{<-served, takeBack(), s.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func hasServer(dir string) bool { return server.Announced(dir) != "" }

// attached gives a client of the server on a data folder.
func attached(t *testing.T, dir string) *client.Client {
	t.Helper()
	c, err := server.Attach(t.Context(), server.Config{DataDir: dir})
	if err != nil || c == nil {
		t.Fatalf("no server is on %s, %v", dir, err)
	}
	return c
}

// A server that runs on the data folder is used, so that a machine has one queue; then a
// scan may outlive apply.
func TestServerOnDataFolder(t *testing.T) {
	dir, pit := t.TempDir(), enginetest.NewTarpit(t)
	serveOn(t, dir)
	var id engine.ScanID
	t.Run("apply", func(t *testing.T) { // the provider ends with it
		id = idOf(t, onEmbedded(t, dir).created(scanOf(strconv.Itoa(pit.Port), object{"wait": false})))
		<-pit.Met()
	})
	scan, err := attached(t, dir).Scan(t.Context(), id)
	if err != nil || scan.Status() != engine.StatusInProgress {
		t.Errorf("the scan is %s after apply, %v", scan.Status(), err)
	}
}

// onDetached is a wire to a provider whose scans go on by themselves.
func onDetached(t testing.TB, dir string) *wire {
	t.Helper()
	withoutEnvironment(t)
	return configured(t, object{"embedded": object{"data_dir": dir, "detached": true, "packets_per_second": 10000, "keep": "1h"}})
}

// workerPID is the process of the worker on a data folder.
func workerPID(t *testing.T, dir string) int {
	t.Helper()
	var said struct{ Process string }
	text, err := os.ReadFile(filepath.Join(dir, server.AnnouncementFile))
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Split(said.Process, "|")[1])
	if err != nil || pid == os.Getpid() {
		t.Fatalf("the worker is process %d, %v", pid, err)
	}
	return pid
}

// endWorker ends the worker on a data folder when the test does.
func endWorker(t *testing.T, dir string) {
	t.Helper()
	t.Cleanup(func() {
		if server.Announced(dir) != "" {
			_ = syscall.Kill(workerPID(t, dir), syscall.SIGKILL) // it may end by itself meanwhile
		}
	})
}

func TestDetached(t *testing.T) {
	dir, zoo := t.TempDir(), enginetest.Services(t)
	endWorker(t, dir)
	var id engine.ScanID
	t.Run("apply", func(t *testing.T) {
		id = idOf(t, onDetached(t, dir).created(scanOf(zoo.Ports(), object{"wait": false})))
	})
	scan, err := attached(t, dir).Wait(t.Context(), id, nil)
	if err != nil || scan.Status() != engine.StatusDone || scan.Summary.OpenPorts != len(zoo.Services) {
		t.Errorf("the scan nobody waited for is %s with %d open ports, %v", scan.Status(), scan.Summary.OpenPorts, err)
	}
	// The next command finds the worker, or starts another, and waits as it is told.
	w := onDetached(t, dir)
	state := w.created(scanOf(zoo.Ports(), nil))
	if text(t, state, "status") != "done" {
		t.Errorf("the state is %s", state)
	}
	w.clean(w.apply(state, nil))
}

// A worker that is killed loses no scan: the next one takes it over.
func TestDetachedWorkerKilled(t *testing.T) {
	dir, pit := t.TempDir(), enginetest.NewTarpit(t)
	endWorker(t, dir)
	config := scanOf(strconv.Itoa(pit.Port), object{"wait": false})
	w := onDetached(t, dir)
	state := w.created(config)
	<-pit.Met()
	first := workerPID(t, dir)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for syscall.Kill(first, 0) == nil { // dying, or not waited for yet
		runtime.Gosched()
	}
	read := w.read(state) // by the same provider, which has to notice
	w.clean(read)
	after := w.state(w.resourceType(), read.NewState)
	if got := text(t, after, "status"); got != "pending" && got != "in_progress" || workerPID(t, dir) == first {
		t.Errorf("the scan is %s in worker %d, was in %d", got, workerPID(t, dir), first)
	}
	w.clean(w.apply(after, nil))
}

// What cannot be started is an error that says where to look.
func TestDetachedCannotStart(t *testing.T) {
	dir := t.TempDir()
	makeNewer(t, dir)
	resp := onDetached(t, dir).apply(noState, scanOf("1", nil))
	wantError(t, resp, "", "Detached engine", "worker.log")
	log, err := os.Open(filepath.Join(dir, "worker.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if text, err := io.ReadAll(log); err != nil || !strings.Contains(string(text), "newer") {
		t.Errorf("the log has %q, %v", text, err)
	}
}

// No key and nothing of Terraform's reaches a worker.
func TestWorkerEnvironment(t *testing.T) {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("the environment of another process cannot be read here")
	}
	dir, zoo := t.TempDir(), enginetest.Services(t)
	endWorker(t, dir)
	w := onDetached(t, dir)
	t.Setenv("PORTOLAN_API_KEY", "SecretKey0123456789")
	w.created(scanOf(strconv.Itoa(zoo.Services[0].Port), nil))
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(workerPID(t, dir)), "environ"))
	if err != nil {
		t.Fatal(err)
	}
	for variable := range strings.SplitSeq(string(text), "\x00") {
		if strings.HasPrefix(variable, "PORTOLAN_") || strings.HasPrefix(variable, "TF_") {
			t.Errorf("the worker has %s", variable)
		}
	}
}
