package contest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// Config says how to run.
type Config struct {
	Runs     int
	Self     string // executable that serves grounds: Self -serve NAME
	Dir      string // for files
	Find     func(program string) (path string, args []string, err error)
	Wants    func(entry string) bool // entries besides Portolan's
	Log      io.Writer               // progress
	MostTime time.Duration           // of one run; 0 leaves it to the scenario
}

// Result is a scenario that was run.
type Result struct {
	Scenario string        `json:"scenario"`
	About    string        `json:"about"`
	Probes   int           `json:"probes,omitempty"`
	Truth    int           `json:"truth"`
	Rows     []Row         `json:"rows"`
	Limit    time.Duration `json:"limit_ns"`
	Stage    peer.Stage    `json:"stage"`
}

// Row is what one entry has done.
type Row struct {
	Name    string   `json:"name"`
	Command []string `json:"command,omitempty"`
	Probes  int      `json:"probes,omitempty"`
	Runs    []Sample `json:"runs,omitempty"`
	Left    string   `json:"left_out,omitempty"` // why it was not run
	Bars    []string `json:"bars,omitempty"`     // that it misses
	Held    int      `json:"bars_held,omitempty"`
	Ratio   float64  `json:"ratio,omitempty"` // to the bar's peer
	Alone   bool     `json:"alone,omitempty"` // that peer was not there to compare with
}

// arena is a scenario under way.
type arena struct {
	Scenario
	Config
	ground  Ground
	truth   map[netip.AddrPort]bool
	targets string // file
}

// Run runs a scenario: everybody once, then everybody again.
func Run(ctx context.Context, c Config, s Scenario) (result *Result, err error) {
	a := &arena{Scenario: s, Config: c}
	end, err := a.occupy(ctx)
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", s.Name, err)
	}
	defer func() { err = errors.Join(err, end()) }()
	if err := a.writeTargets(); err != nil {
		return nil, err
	}
	result = &Result{Scenario: s.Name, About: s.About, Stage: s.Stage, Limit: a.limit(), Truth: a.toFind(), Probes: a.probes(Entry{})}
	for _, entry := range s.Entries {
		result.Rows = append(result.Rows, Row{Name: entry.Name, Probes: a.probes(entry)})
	}
	for range max(1, c.Runs) {
		for i, entry := range s.Entries {
			if err := a.turn(ctx, entry, &result.Rows[i]); err != nil {
				return nil, err
			}
		}
	}
	judge(s, result)
	return result, nil
}

func (a *arena) limit() time.Duration {
	if a.MostTime > 0 {
		return min(a.MostTime, a.Limit)
	}
	return a.Limit
}

// toFind is how much there is to be found.
func (a *arena) toFind() int {
	switch a.Stage {
	case peer.Discovery:
		return len(a.truth)
	case peer.Names:
		return nameCount
	}
	n := 0
	for _, s := range a.ground.Services {
		if s.counts() {
			n++
		}
	}
	return n
}

// probes is how much an entry has to try.
func (a *arena) probes(e Entry) int {
	switch {
	case a.Stage == peer.Services:
		return len(a.ground.Services)
	case a.Stage == peer.Names:
		return nameCount
	case e.Last != 0:
		return a.Network.Probes() / len(a.Network.Ports) * int(e.Last-a.Network.Ports[0]+1)
	}
	return a.Network.Probes()
}

// occupy starts the process of the ground and hears where it is.
func (a *arena) occupy(ctx context.Context) (end func() error, err error) {
	cmd := exec.CommandContext(ctx, a.Self, "-serve", a.Name)
	cmd.Stderr = os.Stderr
	hold, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	end = func() error { return errors.Join(hold.Close(), cmd.Wait()) }
	if err := json.NewDecoder(said).Decode(&a.ground); err != nil {
		return nil, errors.Join(fmt.Errorf("its ground does not start: %w", err), end())
	}
	if a.Stage == peer.Discovery {
		a.truth = a.Network.Truth()
	}
	return end, nil
}

func (a *arena) writeTargets() (err error) {
	a.targets = filepath.Join(a.Dir, a.Name+".targets")
	file, err := os.Create(a.targets)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	defer func() { err = errors.Join(err, w.Flush(), file.Close()) }()
	switch a.Stage {
	case peer.Discovery:
		for addr := range a.Network.Addrs() {
			fmt.Fprintln(w, addr)
		}
	case peer.Services:
		for _, s := range a.ground.Services {
			fmt.Fprintln(w, s.Place)
		}
	case peer.Names:
		for i := range nameCount {
			fmt.Fprintln(w, nameAt(i))
		}
	}
	return nil
}

// patience is how long a run of somebody else may take to be repeated: over so
// long the noise of a machine evens out, and the whole ends on the same day.
const patience = 10 * time.Second

// turn is one run of one entry, unless it is left out or was too slow for another.
func (a *arena) turn(ctx context.Context, e Entry, row *Row) error {
	if row.Left != "" || row.isSlow() {
		return nil
	}
	program := find(e.Program)
	if program.Path != peer.Portolan && !a.Wants(e.Name) {
		row.Left = "not asked for"
		return nil
	}
	sample, err := a.sample(ctx, program, e, row)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		row.Left = err.Error() // the others go on
		a.say("%-18s %v", e.Name, err)
	default:
		row.Runs = append(row.Runs, sample)
		a.say("%-18s %8.2f s  found %d, recall %.4f, precision %.4f", e.Name, sample.Wall.Seconds(), sample.Found, sample.Recall, sample.Precision)
	}
	return nil
}

func (r Row) isSlow() bool {
	if len(r.Runs) == 0 {
		return false
	}
	last := r.Runs[len(r.Runs)-1]
	return !last.Ended || last.Wall > patience && !strings.HasPrefix(r.Name, peer.Portolan)
}

func find(name string) peer.Program {
	for _, p := range peer.Programs() {
		if p.Name == name {
			return p
		}
	}
	return peer.Program{}
}

func (a *arena) task(e Entry) peer.Task {
	t := peer.Task{Targets: a.targets, Interface: a.ground.Interface, Server: a.ground.Server, Out: filepath.Join(a.Dir, a.Name+".out")}
	for _, s := range a.ground.Services {
		t.Places = append(t.Places, s.Place)
	}
	if ports := a.Network.Ports; len(ports) > 0 {
		t.First, t.Last = ports[0], ports[len(ports)-1]
	}
	if e.Last != 0 {
		t.Last = e.Last
	}
	return t
}

func (a *arena) sample(ctx context.Context, p peer.Program, e Entry, row *Row) (s Sample, err error) {
	path, args, err := a.Find(e.Program)
	if err != nil {
		return s, err
	}
	task := a.task(e)
	if err := writeInput(p, &task); err != nil {
		return s, err
	}
	said, err := os.Create(task.Out + ".stdout")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, said.Close()) }()
	if err := os.WriteFile(task.Out, nil, 0o600); err != nil { // of the run before
		return s, err
	}
	args = append(args, p.Args(task)...)
	row.Command = append([]string{filepath.Base(path)}, args...)
	cmd := a.ground.Namespace.Command(context.WithoutCancel(ctx), path, args...)
	ownGroup(cmd)
	complaint := &tail{}
	cmd.Dir, cmd.Env = a.Dir, []string{"HOME=" + a.Dir, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=dumb"}
	cmd.Stdout, cmd.Stderr = said, complaint
	if s, err = measure(ctx, cmd, a.limit()); err != nil {
		return s, fmt.Errorf("%w: %s", err, complaint)
	}
	found, err := read(p, task, s.Ended)
	if err != nil {
		return s, err
	}
	a.score(found, &s)
	return s, nil
}

// read parses what a program has written; what was ended may have stopped in the
// middle of a line.
func read(p peer.Program, task peer.Task, ended bool) (*peer.Findings, error) {
	name := task.Out
	if p.Stdout {
		name += ".stdout"
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if !ended {
		text = text[:bytes.LastIndexByte(text, '\n')+1]
	}
	return p.Parse(bytes.NewReader(text))
}

// writeInput writes the file of a program that reads a form of its own.
func writeInput(p peer.Program, task *peer.Task) error {
	if p.Input == nil {
		return nil
	}
	var text strings.Builder
	for _, place := range task.Places {
		fmt.Fprintln(&text, p.Input(place))
	}
	task.Targets += "." + p.Path
	return os.WriteFile(task.Targets, []byte(text.String()), 0o600)
}

// say is a line of progress.
func (a *arena) say(format string, args ...any) {
	fmt.Fprintf(a.Log, "%-8s   %s\n", a.Name, fmt.Sprintf(format, args...))
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

// Write implements [io.Writer].
func (t *tail) Write(b []byte) (int, error) {
	const most = 512
	t.kept = append(t.kept, b...)
	t.kept = t.kept[max(0, len(t.kept)-most):]
	return len(b), nil
}

func (t *tail) String() string { return string(t.kept) }
