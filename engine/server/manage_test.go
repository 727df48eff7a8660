package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// office is a data folder with an engine on it, and commands beside.
type office struct {
	t    *testing.T
	dir  string
	http string // where the engine answers
}

func openOffice(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	s, err := server.Start(t.Context(), server.Config{DataDir: dir, Mode: engine.ModeServer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &office{t: t, dir: dir, http: serveOn(t, s)}
}

// does runs a command and gives what it prints, after its exit code is as wanted.
func (o *office) does(exit int, args ...string) (stdout, stderr string) {
	o.t.Helper()
	var out, err bytes.Buffer
	getenv := func(name string) string { return map[string]string{"PORTOLAN_DATA_DIR": o.dir}[name] }
	if got := server.Manage(o.t.Context(), args, &out, &err, getenv); got != exit {
		o.t.Fatalf("portolan %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, exit, out.String(), err.String())
	}
	return out.String(), err.String()
}

// prints fails unless the command succeeds and prints all of words.
func (o *office) prints(words []string, args ...string) {
	o.t.Helper()
	out, _ := o.does(0, args...)
	for _, word := range words {
		if !strings.Contains(out, word) {
			o.t.Errorf("portolan %s lacks %q:\n%s", strings.Join(args, " "), word, out)
		}
	}
}

// refuses fails unless the command is refused with these words.
func (o *office) refuses(words string, args ...string) {
	o.t.Helper()
	if _, err := o.does(64, args...); !strings.Contains(err, words) {
		o.t.Errorf("portolan %s lacks %q:\n%s", strings.Join(args, " "), words, err)
	}
}

// asks calls the engine with a key.
func (o *office) asks(key string) error {
	o.t.Helper()
	c, err := client.New(client.Config{Endpoint: o.http, Key: key})
	if err != nil {
		o.t.Fatal(err)
	}
	_, err = c.Scans(o.t.Context())
	return err
}

// TestUserCommands work beside a server that runs, which notices at once.
func TestUserCommands(t *testing.T) {
	o := openOffice(t)
	o.does(0, "team", "add", "red")
	out, _ := o.does(0, "user", "add", "ann@example.com", "--plan", "business", "--first-name", "Ann", "--label", "laptop", "--team", "Red")
	key := regexp.MustCompile(`(?m)^key +([A-Za-z0-9]{32})$`).FindStringSubmatch(out)
	if key == nil || !strings.Contains(out, "Business") || !strings.Contains(out, "this once") {
		t.Fatalf("user add prints\n%s", out)
	}
	if err := o.asks(key[1]); err != nil {
		t.Errorf("with the new key: %v", err)
	}
	o.prints([]string{"admin@localhost", "self-hosted", "ann@example.com", "Business", "red", "enabled"}, "user", "list")
	o.prints([]string{"Ann", "0 of 200", "0 of 40960", "of 10000 today", "laptop"}, "user", "show", "ann@example.com")

	out, _ = o.does(0, "user", "key", "ann@example.com", "--label", "ci", "--json")
	var second struct {
		ID  int64  `json:"id"`
		Key string `json:"key"`
	}
	if err := json.Unmarshal([]byte(out), &second); err != nil || o.asks(second.Key) != nil {
		t.Errorf("user key --json prints %s (%v)", out, err)
	}
	o.does(0, "user", "key", "ann@example.com", "--revoke", "3")
	if second.ID != 3 || engine.KindOf(o.asks(second.Key)) != engine.Unauthorized {
		t.Errorf("key %d still opens", second.ID)
	}
	o.prints([]string{"ci, revoked"}, "user", "show", "ann@example.com")

	o.does(0, "user", "disable", "ann@example.com")
	if engine.KindOf(o.asks(key[1])) != engine.Forbidden {
		t.Error("a disabled user is let in")
	}
	o.does(0, "user", "enable", "ann@example.com")
	o.prints([]string{"has the plan Corporate"}, "user", "set-plan", "ann@example.com", "corporate")
	o.does(0, "user", "remove", "ann@example.com")
	if engine.KindOf(o.asks(key[1])) != engine.Unauthorized {
		t.Error("a removed user is let in")
	}
}

func TestTeamCommands(t *testing.T) {
	o := openOffice(t)
	o.does(0, "team", "add", "red")
	o.does(0, "team", "add-member", "red", "admin@localhost")
	o.prints([]string{"red", "admin@localhost"}, "team", "list")
	o.prints([]string{`"members": [`, `"admin@localhost"`}, "team", "list", "--json")
	o.does(0, "team", "remove-member", "red", "admin@localhost")
	o.does(0, "team", "remove", "red")
	o.refuses("no team", "team", "remove", "red")
}

func TestPlanCommands(t *testing.T) {
	o := openOffice(t)
	writePlans(t, o.dir, "plans: [{name: interns, requests_per_minute: 10}]")
	o.prints([]string{"self-hosted", "Freelancer", "512", "5120", "1000", "interns", "unlimited"}, "plan", "list")
	o.prints([]string{"requests_per_minute", "10"}, "plan", "show", "interns")
	o.prints([]string{`"requests_per_minute": 10`, `"stored_scans": -1`}, "plan", "show", "interns", "--json")
	o.prints([]string{"admin@localhost has the plan interns"}, "plan", "set", "admin@localhost", "interns")
	other := writePlans(t, t.TempDir(), "plans: [{name: guests}]")
	o.prints([]string{"guests"}, "plan", "list", "--plans", other)
}

func TestCommandsSayWhatIsWrong(t *testing.T) {
	o := openOffice(t)
	o.refuses("is not an e-mail address", "user", "add", "ann")
	o.refuses("in use", "user", "add", "ADMIN@localhost")
	o.refuses("the plans are self-hosted", "user", "add", "ann@example.com", "--plan", "gold")
	o.refuses("no team", "user", "add", "ann@example.com", "--team", "gold")
	o.refuses("no user", "user", "show", "nobody@example.com")
	o.refuses("The first user stays", "user", "remove", "admin@localhost")
	o.refuses("usage: portolan user add EMAIL", "user", "add")
	o.refuses("portolan user --help", "user", "invite")
	o.refuses("--help lists the flags", "user", "list", "--plan", "x")
	o.refuses("not the data folder of an engine", "user", "list", "--data", filepath.Join(o.dir, "missing"))
	if _, err := os.Stat(filepath.Join(o.dir, "missing")); !os.IsNotExist(err) {
		t.Error("a misspelt folder was made")
	}
	writePlans(t, o.dir, "plans: [{name: a, stored_scan: 1}]")
	o.refuses(`did you mean "stored_scans"?`, "plan", "list")
	for _, noun := range []string{"user", "team", "plan"} {
		o.prints([]string{"Usage: portolan " + noun, "--data", "data folder"}, noun, "--help")
	}
}

// TestServePlans: an engine whose plans cannot be read does not start.
func TestServePlans(t *testing.T) {
	dir := t.TempDir()
	writePlans(t, dir, "plans: [{name: self-hosted, stored_scans: 0}]")
	s, err := server.Start(t.Context(), server.Config{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Client().CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}})
	if engine.KindOf(err) != engine.Limit || !strings.Contains(err.Error(), "Max number of stored scans exceeded") {
		t.Errorf("against the plan: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	writePlans(t, dir, "plans: 1")
	if s, err := server.Start(t.Context(), server.Config{DataDir: dir}); engine.KindOf(err) != engine.Invalid {
		t.Errorf("started with %v: %v", s, err)
	}
}

// serveOn answers the API of s on loopback until the test ends.
func serveOn(t *testing.T, s *server.Server) (endpoint string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}
