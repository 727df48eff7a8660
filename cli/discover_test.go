package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/cli"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// TestDiscoverAndProbe pipes one into the other.
func TestDiscoverAndProbe(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newShell(t)
	s.want(t, 0, "discover", "127.0.0.1", "--ports", zoo.Ports()+",1-20")
	lines := s.out.String()
	if got := portsOf(openPorts(t, lines)); !slices.Equal(got, portsOfZoo(zoo)) {
		t.Errorf("open %v, want %v", got, portsOfZoo(zoo))
	}
	for _, o := range openPorts(t, lines) {
		if o.IP != "127.0.0.1" || o.Transport != "tcp" || o.RTT == nil {
			t.Errorf("%+v", o)
		}
	}
	if !strings.Contains(s.err.String(), "scan:") || !strings.Contains(s.err.String(), "open") {
		t.Errorf("neither mode nor summary: %s", s.err.String())
	}
	file := filepath.Join(t.TempDir(), "open")
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	s.want(t, 0, "probe", "--open-file", file)
	wantServices(t, s.out.String(), zoo)
	s.want(t, 0, "discover", "127.0.0.1", "--ports", zoo.Ports(), "--services")
	wantServices(t, s.out.String(), zoo)
}

// interrupter is standard output that presses Ctrl-C at the first line.
type interrupter struct {
	strings.Builder
	press context.CancelFunc
}

func (i *interrupter) Write(p []byte) (int, error) {
	i.press()
	return i.Builder.Write(p)
}

// TestResume interrupts each command and lets it go on.
func TestResume(t *testing.T) {
	zoo := enginetest.Services(t)
	open := filepath.Join(t.TempDir(), "open")
	var lines strings.Builder
	for _, s := range zoo.Services {
		lines.WriteString("127.0.0.1:" + strings.Split(zoo.Ports(), ",")[slices.Index(zoo.Services, s)] + "\n")
	}
	if err := os.WriteFile(open, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"discover", "127.0.0.1", "--ports", zoo.Ports() + ",1-400", "--rate", "400"},
		{"probe", "--open-file", open, "--rate", "20"},
	} {
		t.Run(args[0], func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "resume")
			args := append(args, "--resume", file)
			ctx, cancel := context.WithCancel(t.Context())
			out := &interrupter{press: cancel}
			var complaints strings.Builder
			if exit := cli.Main(ctx, args, cli.Terminal{Out: out, Err: &complaints, Getenv: func(string) string { return "" }}, "test"); exit != 130 {
				t.Fatalf("exit %d: %s", exit, complaints.String())
			}
			first := portsOf(openPorts(t, out.String()))
			if len(first) == 0 || len(first) == len(zoo.Services) {
				t.Fatalf("interrupted with %v of %d", first, len(zoo.Services))
			}
			s := newShell(t)
			s.want(t, 0, args...)
			all := append(first, portsOf(openPorts(t, s.out.String()))...)
			if slices.Sort(all); !slices.Equal(slices.Compact(all), portsOfZoo(zoo)) {
				t.Errorf("both runs found %v, want %v", all, portsOfZoo(zoo))
			}
			if _, err := os.Stat(file); !os.IsNotExist(err) {
				t.Errorf("the file stays: %v", err)
			}
		})
	}
}

func TestResumeOfSomethingElse(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte(`{"plan":"00","seed":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	garbage := filepath.Join(dir, "garbage")
	if err := os.WriteFile(garbage, []byte(`hello`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newShell(t)
	for _, file := range []string{other, garbage} {
		s.want(t, 64, "discover", "127.0.0.1", "--ports", "1", "--resume", file)
		s.want(t, 64, "probe", "127.0.0.1:1", "--resume", file)
		if !strings.Contains(s.err.String(), "remove") {
			t.Errorf("no remedy: %s", s.err.String())
		}
	}
}

// TestRefusalsAreTold has targets that may not be scanned: whoever asks must not take
// them for closed.
func TestRefusalsAreTold(t *testing.T) {
	s := newShell(t)
	for _, args := range [][]string{
		{"discover", "169.254.169.254", "--ports", "80", "--mode", "connect"},
		{"discover", "169.254.0.0/24", "--ports", "80", "--mode", "connect"},
		{"probe", "169.254.169.254:80"},
	} {
		s.want(t, 0, args...)
		if !strings.Contains(s.err.String(), "out of scope") {
			t.Errorf("%v: %s", args, s.err.String())
		}
	}
}

// TestLostLinesAreFoundAgain has a disk fill up: what could not be written must not be
// taken as told when the command goes on.
func TestLostLinesAreFoundAgain(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no disk that is always full")
	}
	zoo := enginetest.Services(t)
	first := fmt.Sprintf("127.0.0.1:%d", zoo.Services[0].Port)
	for name, args := range map[string][]string{
		"discover": {"discover", "127.0.0.1", "--ports", zoo.Ports()},
		"probe":    {"probe", first},
	} {
		file := filepath.Join(t.TempDir(), "resume")
		s := newShell(t)
		if code := s.run(t.Context(), append(args, "-o", "/dev/full", "--resume", file)...); code == 0 {
			t.Errorf("%s: no error", name)
		}
		if n := strings.Count(s.err.String(), "no space left"); n != 1 {
			t.Errorf("%s: the error is told %d times: %s", name, n, s.err.String())
		}
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: there is a resume file: %v", name, err)
		}
	}
}
