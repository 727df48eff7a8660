package resolver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"strings"

	"github.com/miekg/dns"
)

const (
	configFile = "/etc/resolv.conf"
	hostsFile  = "/etc/hosts"
	// maxHosts bounds what is read of the hosts file; lists of blocked advertisers
	// have some 5 MB.
	maxHosts = 16 << 20
)

// system is what the machine's own configuration says.
type system struct {
	config  *dns.ClientConfig
	servers []netip.AddrPort
	hosts   map[string][]netip.Addr
}

// readSystem reads resolv.conf(5) and hosts(5). Without a configuration there is the
// server of this machine, as resolv.conf(5) says.
func readSystem() (*system, error) {
	config, err := dns.ClientConfigFromFile(configFile)
	if errors.Is(err, fs.ErrNotExist) {
		config, err = dns.ClientConfigFromReader(strings.NewReader(""))
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", configFile, err)
	}
	s := &system{config: config, hosts: map[string][]netip.Addr{}}
	for _, server := range config.Servers {
		if addr, err := netip.ParseAddr(server); err == nil {
			s.servers = append(s.servers, netip.AddrPortFrom(addr, 53))
		}
	}
	if len(s.servers) == 0 {
		s.servers = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:53")}
	}
	file, err := os.Open(hostsFile)
	if err != nil {
		return s, nil // a machine without a hosts file has no fixed names
	}
	defer func() { _ = file.Close() }()
	s.hosts = readHosts(io.LimitReader(file, maxHosts))
	return s, nil
}

// readHosts reads hosts(5): an address and its names on each line.
func readHosts(r io.Reader) map[string][]netip.Addr {
	hosts := map[string][]netip.Addr{}
	for lines := bufio.NewScanner(r); lines.Scan(); {
		text, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(text)
		if len(words) < 2 {
			continue
		}
		addr, err := netip.ParseAddr(words[0])
		if err != nil {
			continue
		}
		for _, name := range words[1:] {
			hosts[hostKey(name)] = append(hosts[hostKey(name)], addr.Unmap().WithZone(""))
		}
	}
	return hosts
}

func hostKey(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// fixed gives the addresses the hosts file has for a name.
func (s *system) fixed(name string) []netip.Addr {
	if s == nil {
		return nil
	}
	return s.hosts[hostKey(name)]
}

// candidates gives the full names to ask for, in order: a name of one label may be
// meant below the domains of the search list.
func (s *system) candidates(name string) []string {
	if s == nil {
		return []string{dns.Fqdn(name)}
	}
	return s.config.NameList(name)
}
