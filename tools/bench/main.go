// Bench measures Portolan beside the scanners it finds on PATH and beside limit
// programs, all in one run over networks with known truth, and prints for each
// scenario what was found, what it cost, and whether Portolan's bars hold.
//
//	go run ./tools/bench [-list] [-scenario GLOB,…] [-peers GLOB,…|none] [-runs N] [-most DURATION] [-json FILE] [-markdown]
//	go run ./tools/bench -serve SCENARIO
//
// The second form only puts a scenario's network up, says where, and holds it
// until it is interrupted: for trying things by hand with ip netns exec.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
	"github.com/portolan-io/terraform-provider-portolan/tools/bench/contest"
	"github.com/portolan-io/terraform-provider-portolan/tools/bench/limit"
	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// options are the flags.
type options struct {
	scenarios, peers, portolan, json, serve, limit string

	runs           int
	most           time.Duration
	list, markdown bool
}

func main() {
	var o options
	flag.StringVar(&o.scenarios, "scenario", "*", "comma list of globs of scenarios")
	flag.StringVar(&o.peers, "peers", "*", "comma list of globs of programs to measure beside Portolan; none measures Portolan alone")
	flag.StringVar(&o.portolan, "portolan", "bin/portolan", "Portolan's executable")
	flag.StringVar(&o.json, "json", "", "file to write the results to")
	flag.StringVar(&o.serve, "serve", "", "put up the network of this scenario and hold it until standard input ends")
	flag.StringVar(&o.limit, "limit", "", "be a limit program: epoll TARGETS FIRST LAST, or services PLACES")
	flag.IntVar(&o.runs, "runs", 3, "how often each program runs; the median counts")
	flag.DurationVar(&o.most, "most", 0, "end a run after this at the latest; 0 leaves it to the scenario")
	flag.BoolVar(&o.list, "list", false, "list scenarios and programs and run nothing")
	flag.BoolVar(&o.markdown, "markdown", false, "print the tables as Markdown")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.do(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (o options) do(ctx context.Context) error {
	switch {
	case o.limit != "":
		return beLimit(ctx, o.limit, flag.Args())
	case o.serve != "":
		return serve(ctx, o.serve)
	case o.list:
		return list()
	}
	return o.bench(ctx)
}

func list() error {
	for _, s := range contest.Scenarios() {
		fmt.Printf("%-8s %s\n", s.Name, s.About)
		for _, bar := range s.Bars {
			fmt.Printf("         %s\n", bar)
		}
	}
	fmt.Println()
	return contest.Commands(os.Stdout)
}

func serve(ctx context.Context, name string) error {
	for _, s := range contest.Scenarios() {
		if s.Name == name {
			return contest.Serve(ctx, s, os.Stdin, os.Stdout)
		}
	}
	return fmt.Errorf("no scenario is called %q; -list lists them", name)
}

func (o options) bench(ctx context.Context) (err error) {
	if err := lab.Available(); errors.Is(err, lab.ErrUnavailable) {
		fmt.Println("Everything is left out:", err)
		return nil
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	config, err := o.config(ctx, dir)
	if err != nil {
		return err
	}
	var results []*contest.Result
	for _, s := range contest.Scenarios() {
		if !matches(o.scenarios, s.Name) {
			continue
		}
		result, err := contest.Run(ctx, config, s)
		if err != nil {
			return errors.Join(err, o.write(results))
		}
		results = append(results, result)
		if err := o.show(result); err != nil {
			return err
		}
	}
	return o.write(results)
}

func (o options) show(r *contest.Result) error {
	if o.markdown {
		r.Markdown(os.Stdout)
		return nil
	}
	return r.Table(os.Stdout)
}

func (o options) write(results []*contest.Result) error {
	if o.json == "" {
		return nil
	}
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.json, append(text, '\n'), 0o600)
}

func (o options) config(ctx context.Context, dir string) (contest.Config, error) {
	self, err := os.Executable()
	if err != nil {
		return contest.Config{}, err
	}
	portolan, err := filepath.Abs(o.portolan)
	if err != nil {
		return contest.Config{}, err
	}
	finder := finder{self: self, portolan: portolan, built: map[string]string{}}
	for name, source := range map[string]string{peer.Floor: "epoll", peer.SYNFloor: "syn"} {
		built, err := limit.Build(ctx, dir, source)
		switch {
		case err == nil:
			finder.built[name] = built
		case !errors.Is(err, exec.ErrNotFound):
			return contest.Config{}, err
		case name == peer.Floor:
			fmt.Fprintln(os.Stderr, "no C compiler: the epoll loop is the one in Go")
		}
	}
	return contest.Config{
		Runs: o.runs, Self: self, Dir: dir, Find: finder.find, Log: os.Stderr, MostTime: o.most,
		Wants: func(entry string) bool { return matches(o.peers, entry) },
	}, nil
}

// finder knows where programs are.
type finder struct {
	self, portolan string
	built          map[string]string // limit programs in C, by name
}

func (f finder) find(program string) (string, []string, error) {
	for _, p := range peer.Programs() {
		switch {
		case p.Name != program:
		case p.Path == peer.Portolan:
			_, err := os.Stat(f.portolan)
			return f.portolan, nil, err
		case f.built[program] != "":
			return f.built[program], nil, nil
		case p.Name == peer.SYNFloor:
			return "", nil, errors.New("it needs a C compiler")
		case p.Path == peer.Limits:
			return f.self, []string{"-limit", p.Name}, nil
		default:
			found, err := exec.LookPath(p.Path)
			return found, nil, err
		}
	}
	return "", nil, fmt.Errorf("nobody is called %q", program)
}

// matches tells whether a name matches one of a comma list of globs.
func matches(globs, name string) bool {
	for _, glob := range strings.Split(globs, ",") {
		if ok, err := path.Match(glob, name); ok && err == nil {
			return true
		}
	}
	return false
}

// beLimit is a process of its own, as every program that is measured is.
func beLimit(ctx context.Context, name string, args []string) error {
	file, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	if name == peer.Floor {
		var targets []netip.Addr
		for _, line := range strings.Fields(string(file)) {
			addr, err := netip.ParseAddr(line)
			if err != nil {
				return err
			}
			targets = append(targets, addr)
		}
		var first, last uint16
		if _, err := fmt.Sscan(strings.Join(args[1:], " "), &first, &last); err != nil {
			return err
		}
		return limit.Epoll(os.Stdout, targets, first, last)
	}
	var places []netip.AddrPort
	for _, line := range strings.Fields(string(file)) {
		place, err := netip.ParseAddrPort(line)
		if err != nil {
			return err
		}
		places = append(places, place)
	}
	return limit.Services(ctx, os.Stdout, places)
}
