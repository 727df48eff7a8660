package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// attach gives a client of the server that has announced itself, nil if there is none.
func attach(t *testing.T, dir string) *client.Client {
	t.Helper()
	c, err := server.Attach(t.Context(), server.Config{DataDir: dir, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// announce runs a server on dir that has announced itself until the test ends.
func announce(t *testing.T, dir string) (takeBack func() error) {
	t.Helper()
	s, err := server.Start(t.Context(), server.Config{DataDir: dir, Mode: engine.ModeServer, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	takeBack, err = s.Announce(listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	return takeBack
}

func TestAnnouncement(t *testing.T) {
	dir := t.TempDir()
	if server.Announced(dir) != "" || attach(t, dir) != nil {
		t.Fatal("somebody is there before anybody is")
	}
	takeBack := announce(t, dir)
	info, err := os.Stat(filepath.Join(dir, server.AnnouncementFile))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatalf("the announcement has mode %v, %v", info.Mode(), err)
	}
	c := attach(t, dir)
	if c == nil || server.Announced(dir) == "" {
		t.Fatal("nobody is there")
	}
	if who, err := c.CurrentUser(t.Context()); err != nil || who.Email != "admin@localhost" {
		t.Errorf("who comes in is %+v, %v", who, err)
	}
	second := announce(t, dir) // takes first place
	if err := takeBack(); err != nil || attach(t, dir) == nil {
		t.Errorf("the first has taken the announcement of the second away, %v", err)
	}
	if err := second(); err != nil || server.Announced(dir) != "" || attach(t, dir) != nil {
		t.Errorf("an announcement is not taken back, %v", err)
	}
}

// forge writes an announcement as somebody else would.
func forge(t *testing.T, dir string, change func(map[string]any)) {
	t.Helper()
	path := filepath.Join(dir, server.AnnouncementFile)
	text, err := os.ReadFile(path)
	said := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	if err != nil {
		t.Fatal(err)
	}
	change(said)
	if text, err = json.Marshal(said); err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever has died, lives elsewhere or does not answer is not there; whoever speaks
// otherwise is said to.
func TestAnnouncementOfOthers(t *testing.T) {
	for name, change := range map[string]func(map[string]any){
		"dead":      func(said map[string]any) { said["process"] = replacePID(t, said["process"]) },
		"elsewhere": func(said map[string]any) { said["process"] = "elsewhere//|1|abcdefgh" },
		"silent":    func(said map[string]any) { said["endpoint"] = "http://127.0.0.1:1" },
		"stranger":  func(said map[string]any) { said["key"] = "AnotherKey0123456789" },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			takeBack := announce(t, dir)
			forge(t, dir, change)
			if attach(t, dir) != nil {
				t.Error("somebody is there")
			}
			if err := takeBack(); err != nil {
				t.Error(err)
			}
		})
	}
	dir := t.TempDir()
	announce(t, dir)
	forge(t, dir, func(said map[string]any) { said["form"], said["version"] = 2, "9.9" })
	_, err := server.Attach(t.Context(), server.Config{DataDir: dir})
	if engine.KindOf(err) != engine.Conflict || !hasAll(err.Error(), "9.9", dir, "same version") {
		t.Errorf("of another version: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, server.AnnouncementFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Attach(t.Context(), server.Config{DataDir: dir}); err == nil || !hasAll(err.Error(), server.AnnouncementFile) {
		t.Errorf("half an announcement: %v", err)
	}
}

// work runs a worker beside the test until it has said that somebody is there.
func work(t *testing.T, args ...string) (exit <-chan int) {
	t.Helper()
	read, write := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- server.Worker(t.Context(), args, write, t.Output(), "test")
		_ = write.Close() // nobody reads any more
	}()
	if line, err := bufio.NewReader(read).ReadString('\n'); err != nil || line != server.WorkerReady+"\n" {
		t.Fatalf("the worker says %q, %v", line, err)
	}
	return code
}

// A worker runs what is asked of it, also when nobody waits, and ends itself.
func TestWorker(t *testing.T) {
	dir, zoo := t.TempDir(), enginetest.Services(t)
	ended := work(t, "--data", dir, "--idle", "200ms")
	if code := <-work(t, "--data", dir); code != 0 {
		t.Errorf("the second worker ended with %d", code)
	}
	c := attach(t, dir)
	scan, err := c.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(zoo.Ports())})
	if err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != 0 || server.Announced(dir) != "" {
		t.Errorf("the worker ended with %d", code)
	}
	after := enginetest.Embedded(t, dir)
	if scan, err = after.Scan(t.Context(), scan.ID); err != nil || scan.Status() != engine.StatusDone {
		t.Errorf("the scan nobody waited for is %s, %v", scan.Status(), err)
	}
}

func TestWorkerUsage(t *testing.T) {
	for _, args := range [][]string{{"--misspelt"}, {"--data", ""}} {
		if code := server.Worker(t.Context(), args, io.Discard, io.Discard, "test"); code != 64 {
			t.Errorf("with %q it ended with %d", args, code)
		}
	}
}

// What ended long enough ago is kept no longer.
func TestKeep(t *testing.T) {
	dir, zoo := t.TempDir(), enginetest.Services(t)
	t.Run("scan", func(t *testing.T) {
		c := enginetest.Embedded(t, dir)
		scan, err := c.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(strconv.Itoa(zoo.Services[0].Port))})
		if err == nil {
			_, err = c.Wait(t.Context(), scan.ID, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	for _, stage := range []struct {
		keep time.Duration
		left int
	}{{time.Hour, 1}, {time.Nanosecond, 0}} {
		s, err := server.Start(t.Context(), server.Config{DataDir: dir, Keep: stage.keep, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		for left := -1; left != stage.left; runtime.Gosched() { // it tidies up in the background once it has started
			scans, err := s.Client().Scans(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			left = len(scans)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func hasAll(text string, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}

// replacePID gives the name of a process that has ended in place of one that has not.
func replacePID(t *testing.T, process any) string {
	t.Helper()
	self, ok := process.(string)
	if !ok {
		t.Fatalf("the process is %v", process)
	}
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.list=^$")
	if err := other.Run(); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(self, fmt.Sprintf("|%d|", os.Getpid()), fmt.Sprintf("|%d|", other.Process.Pid), 1)
}
