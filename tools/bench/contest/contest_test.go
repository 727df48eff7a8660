package contest_test

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
	"github.com/portolan-io/terraform-provider-portolan/tools/bench/contest"
	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// TestMain makes the test's executable serve grounds, as the bench's does.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "-serve" {
		if err := contest.Serve(context.Background(), scenario(), os.Stdin, os.Stdout); err != nil {
			panic(err)
		}
		return
	}
	m.Run()
}

// scenario is a small one: two ports are open.
func scenario() contest.Scenario {
	return contest.Scenario{
		Name: "tiny", About: "eight hosts", Stage: peer.Discovery, Limit: time.Minute,
		Network: lab.Network{
			Name: "tiny", Prefix: netip.MustParsePrefix("10.98.0.0/29"), Ports: []uint16{80, 81}, Kernel: true,
			Host: func(a netip.Addr) wiretest.Host {
				if a.As4()[3]%4 == 1 {
					return wiretest.Host{Open: []uint16{80}}
				}
				return wiretest.Host{}
			},
		},
		Entries: []contest.Entry{
			{Name: peer.Connect, Program: peer.Connect}, {Name: peer.Floor, Program: peer.Floor}, {Name: "masscan", Program: "masscan"},
		},
	}
}

// stand is a script that takes the part of a scanner.
const stand = `#!/bin/sh
while [ $# -gt 1 ]; do [ "$1" = -o ] && out=$2; shift; done
[ -n "$out" ] || out=/dev/stdout
echo '{"ip":"10.98.0.1","port":80}' > "$out"
echo '{"ip":"10.98.0.2","port":80}' >> "$out"
`

// TestRun runs a scenario with a stand-in that finds one of two open ports and one
// that is not, one that never ends, and one that is not there.
func TestRun(t *testing.T) {
	if err := lab.Available(); errors.Is(err, lab.ErrUnavailable) {
		t.Skip(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := dir + "/stand"
	if err := os.WriteFile(script, []byte(stand), 0o700); err != nil {
		t.Fatal(err)
	}
	s := scenario()
	s.Bars = []contest.Bar{{Entry: peer.Connect, Recall: 1}}
	result, err := contest.Run(t.Context(), contest.Config{
		Runs: 2, Self: self, Dir: dir, Log: t.Output(), MostTime: 2 * time.Second, Wants: func(string) bool { return true },
		Find: func(program string) (string, []string, error) {
			switch program {
			case peer.Connect:
				return script, nil, nil
			case peer.Floor:
				return "/bin/sh", []string{"-c", "echo 10.98.0.1:80; printf 10.98; exec sleep 1000"}, nil
			}
			return "", nil, exec.ErrNotFound
		},
	}, s)
	if err != nil {
		t.Fatal(err)
	}
	found, endless, missing := result.Rows[0], result.Rows[1], result.Rows[2]
	if len(found.Runs) != 2 || found.Recall() != 0.5 || found.Precision() != 0.5 || found.RSS() == 0 {
		t.Errorf("%+v", found)
	}
	if missed := strings.Join(found.Bars, "; "); missed != "recall 0.5000 < 1.000; precision 0.5000 < 1" {
		t.Errorf("missed: %s", missed)
	}
	if len(endless.Runs) != 1 || endless.Runs[0].Ended {
		t.Errorf("%+v", endless)
	}
	if len(missing.Runs) != 0 || missing.Left == "" {
		t.Errorf("%+v", missing)
	}
	if err := result.Table(t.Output()); err != nil {
		t.Error(err)
	}
}

// TestBars: each bar is of a row that there is, and compares with rows that there are.
func TestBars(t *testing.T) {
	for _, s := range contest.Scenarios() {
		var rows []string
		for _, e := range s.Entries {
			rows = append(rows, e.Name)
		}
		if len(s.Bars) == 0 {
			t.Errorf("%s has no bar", s.Name)
		}
		for _, b := range s.Bars {
			names := append([]string{b.Entry}, b.Against...)
			if b.Flat != "" {
				names = append(names, b.Flat)
			}
			for _, name := range names {
				if !slices.Contains(rows, name) {
					t.Errorf("%s: a bar names %q, which has no row", s.Name, name)
				}
			}
		}
	}
}
