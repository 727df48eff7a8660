package peer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
)

// discoverers find open ports. Nobody pings first: all hosts are scanned by
// everybody. nmap's -T5 is its fastest template, with whole networks in one group
// and at least 10,000 packets a second, without which it crawls where everything
// is dropped; a higher rate is faster still and finds a tenth where hosts limit
// theirs. -T4 is what its manual recommends, with everything else as it comes.
// masscan sends as fast as it is told to: 50,000 a second, each one twice. So does
// naabu, with its own three retries.
func discoverers() []Program {
	return []Program{
		{Name: Connect, Path: Portolan, Stage: Discovery, Args: discover("connect"), Read: readPortolanOpen},
		{Name: SYN, Path: Portolan, Stage: Discovery, Args: discover("syn"), Read: readPortolanOpen},
		{Name: Floor, Path: Limits, Stage: Discovery, Stdout: true, Args: loop, Read: readPlace},
		{Name: SYNFloor, Path: Limits, Stage: Discovery, Stdout: true, Args: loop, Read: readPlace},
		{Name: NmapT5, Path: "nmap", Stage: Discovery, Args: nmap("-sT", "-T5", "--min-hostgroup", "256", "--min-rate", "10000"), Read: readNmap},
		{Name: NmapS5, Path: "nmap", Stage: Discovery, Args: nmap("-sS", "-T5", "--min-hostgroup", "256", "--min-rate", "10000"), Read: readNmap},
		{Name: NmapS4, Path: "nmap", Stage: Discovery, Args: nmap("-sS", "-T4"), Read: readNmap},
		{Name: "masscan", Path: "masscan", Stage: Discovery, Args: masscan, Read: readMasscan},
		{Name: "naabu connect", Path: "naabu", Stage: Discovery, Args: naabu("c"), Read: readNaabu},
		{Name: "naabu syn", Path: "naabu", Stage: Discovery, Args: naabu("s"), Read: readNaabu},
	}
}

func discover(mode string) func(Task) []string {
	return func(t Task) []string {
		return []string{
			"discover", "--targets-file", t.Targets, "--ports", t.ports(), "--mode", mode, "--format", "jsonl", "-o", t.Out,
		}
	}
}

func loop(t Task) []string {
	return []string{t.Targets, fmt.Sprint(t.First), fmt.Sprint(t.Last)}
}

func nmap(options ...string) func(Task) []string {
	return func(t Task) []string {
		return append(options, "-n", "-Pn", "--open", "-p", t.ports(), "-iL", t.Targets, "-oG", t.Out)
	}
}

func masscan(t Task) []string {
	return []string{
		"-iL", t.Targets, "-p", t.ports(), "--rate", "50000", "--retries", "1", "--wait", "2",
		"--interface", t.Interface, "-oL", t.Out,
	}
}

func naabu(kind string) func(Task) []string {
	return func(t Task) []string {
		args := []string{
			"-list", t.Targets, "-p", t.ports(), "-s", kind, "-Pn", "-rate", "50000", "-c", "200", "-warm-up-time", "0",
			"-duc", "-auth=false", "-no-stdin", "-silent", "-json", "-o", t.Out,
		}
		if kind == "s" {
			args = append(args, "-interface", t.Interface)
		}
		return args
	}
}

func readPortolanOpen(line []byte, into *Findings) error {
	var found struct {
		IP      netip.Addr `json:"ip"`
		Port    uint16     `json:"port"`
		AllOpen bool       `json:"all_open"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	if found.AllOpen {
		into.AllOpen[found.IP] = true
		return nil
	}
	into.Open[netip.AddrPortFrom(found.IP, found.Port)] = true
	return nil
}

// readPlace reads "192.0.2.1:80".
func readPlace(line []byte, into *Findings) error {
	place, err := netip.ParseAddrPort(string(line))
	into.Open[place] = true
	return err
}

// readNmap reads a line of -oG, tab-separated, in which a port is
// number/state/transport/owner/service/rpc/version:
//
//	Host: 192.0.2.1 ()	Ports: 22/open/tcp//ssh//OpenSSH 9.2p1/, 443/open/tcp//ssl|http///
func readNmap(line []byte, into *Findings) error {
	host, list, ok := strings.Cut(string(line), "Ports: ")
	if !ok || !strings.HasPrefix(host, "Host: ") {
		return nil // a comment or a status
	}
	addr, _, _ := strings.Cut(strings.TrimPrefix(host, "Host: "), " ")
	list, _, _ = strings.Cut(list, "\t")
	for _, item := range strings.Split(list, ", ") {
		fields := strings.Split(item, "/")
		if len(fields) < 7 || fields[1] != "open" {
			continue
		}
		place, err := place(addr, fields[0])
		if err != nil {
			return err
		}
		into.Open[place] = true
		into.name(place, fields[4])
	}
	return nil
}

// readMasscan reads "open tcp 80 192.0.2.1 1700000000".
func readMasscan(line []byte, into *Findings) error {
	fields := strings.Fields(string(line))
	if len(fields) < 4 || fields[0] != "open" {
		return nil // a comment
	}
	place, err := place(fields[3], fields[2])
	into.Open[place] = true
	return err
}

func readNaabu(line []byte, into *Findings) error {
	if !bytes.HasPrefix(line, []byte("{")) {
		return nil
	}
	var found struct {
		IP   netip.Addr `json:"ip"`
		Port uint16     `json:"port"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	into.Open[netip.AddrPortFrom(found.IP, found.Port)] = true
	return nil
}
