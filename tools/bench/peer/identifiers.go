package peer

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// identifiers name services. nmap cannot be told pairs of address and port: it is
// given the addresses and all ports that are open somewhere; that ports elsewhere
// are closed costs it little.
func identifiers() []Program {
	return []Program{
		{Name: Probe, Path: Portolan, Stage: Services, Args: probe, Read: readPortolanService},
		{Name: "bare prober", Path: Limits, Stage: Services, Stdout: true, Args: func(t Task) []string { return []string{t.Targets} }, Read: readNamed},
		{Name: NmapSV, Path: "nmap", Stage: Services, Args: nmapVersion, Read: readNmap},
		{Name: "fingerprintx", Path: "fingerprintx", Stage: Services, Args: fingerprintx, Read: readFingerprintx},
		{Name: "httpx", Path: "httpx", Stage: Services, Args: httpx, Read: readHTTPX},
		{Name: "zgrab2 http", Path: "zgrab2", Stage: Services, Input: zgrab2Line, Args: zgrab2, Read: readZGrab2},
	}
}

func probe(t Task) []string {
	return []string{"probe", "--open-file", t.Targets, "--format", "jsonl", "-o", t.Out}
}

func nmapVersion(t Task) []string {
	addrs, ports := map[string]bool{}, map[string]bool{}
	for _, place := range t.Places {
		addrs[place.Addr().String()] = true
		ports[fmt.Sprint(place.Port())] = true
	}
	args := []string{"-sV", "-T5", "-n", "-Pn", "--open", "--min-hostgroup", "256", "-p", strings.Join(sorted(ports), ","), "-oG", t.Out}
	return append(args, sorted(addrs)...)
}

func sorted(set map[string]bool) (all []string) {
	for item := range set {
		all = append(all, item)
	}
	slices.Sort(all)
	return all
}

func fingerprintx(t Task) []string { return []string{"-l", t.Targets, "--json", "-o", t.Out} }

func httpx(t Task) []string {
	return []string{
		"-l", t.Targets, "-json", "-o", t.Out, "-silent", "-duc", "-auth=false", "-no-stdin", "-nc", "-t", "200", "-rl", "10000", "-timeout", "5",
	}
}

// zgrab2 has to be told what is spoken; it is told HTTP.
func zgrab2(t Task) []string {
	return []string{"http", "--input-file=" + t.Targets, "--output-file=" + t.Out, "--log-file=" + t.Out + ".log", "--metadata-file=" + t.Out + ".metadata", "--senders=1000", "--retry-https", "--blocklist-file=/dev/null"}
}

// zgrab2Line is a line of its input: address, name, tag, port.
func zgrab2Line(place netip.AddrPort) string {
	return fmt.Sprintf("%s,,,%d", place.Addr(), place.Port())
}

func readPortolanService(line []byte, into *Findings) error {
	var found struct {
		IP        netip.Addr `json:"ip"`
		Port      uint16     `json:"port"`
		Transport string     `json:"transport"`
		Service   string     `json:"service"`
		Product   string     `json:"product"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	place := netip.AddrPortFrom(found.IP, found.Port)
	into.name(place, found.Service)
	into.Products[place] = found.Product
	return nil
}

// readNamed reads "192.0.2.1:80 http".
func readNamed(line []byte, into *Findings) error {
	where, name, _ := strings.Cut(string(line), " ")
	place, err := netip.ParseAddrPort(where)
	into.name(place, name)
	return err
}

func readFingerprintx(line []byte, into *Findings) error {
	var found struct {
		IP       netip.Addr `json:"ip"`
		Port     uint16     `json:"port"`
		Protocol string     `json:"protocol"`
		TLS      bool       `json:"tls"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	into.name(netip.AddrPortFrom(found.IP, found.Port), found.Protocol)
	return nil
}

func readHTTPX(line []byte, into *Findings) error {
	var found struct {
		Host   string `json:"host"`
		IP     string `json:"host_ip"`
		Port   string `json:"port"`
		Scheme string `json:"scheme"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	if found.IP == "" {
		found.IP = found.Host
	}
	place, err := place(found.IP, found.Port)
	into.name(place, found.Scheme)
	return err
}

func readZGrab2(line []byte, into *Findings) error {
	var found struct {
		IP   netip.Addr `json:"ip"`
		Port uint16     `json:"port"`
		Data struct {
			HTTP struct {
				Status string `json:"status"`
			} `json:"http"`
		} `json:"data"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	if found.Data.HTTP.Status == "success" {
		into.name(netip.AddrPortFrom(found.IP, found.Port), "http")
	}
	return nil
}
