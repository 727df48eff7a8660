package lab

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

// kernelSettings take away what would limit the lab rather than the scanner: of
// ICMP a kernel sends 1,000 messages a second, of RFC 5961's challenges as many.
var kernelSettings = map[string]string{
	"net/ipv4/icmp_ratelimit":          "0",
	"net/ipv4/icmp_msgs_per_sec":       "10000000",
	"net/ipv4/tcp_challenge_ack_limit": "2147483647",
	"net/ipv4/tcp_max_syn_backlog":     "65536",
	"net/ipv4/tcp_syncookies":          "1",
	"net/core/somaxconn":               "65536",
}

// startKernel puts up two namespaces with a wire between them. The other one
// answers for every address of the prefix itself.
func (l *Lab) startKernel() (err error) {
	if l.Targets, err = l.namespace("targets"); err != nil {
		return err
	}
	if l.Scanner, err = l.namespace("scanner"); err != nil {
		return err
	}
	if err := l.connect(); err != nil {
		return err
	}
	if err := l.Targets.set(kernelSettings); err != nil {
		return err
	}
	if err := l.protect(); err != nil {
		return err
	}
	return l.Targets.Do(l.listen)
}

// connect lays the wire: veth, a router at its end, and all of the prefix there.
func (l *Lab) connect() error {
	if err := l.Scanner.ip("link", "add", Interface, "type", "veth", "peer", "name", "lab1", "netns", string(l.Targets)); err != nil {
		return err
	}
	if err := l.Targets.ip("route", "add", "local", l.Prefix.String(), "dev", "lo"); err != nil {
		return err
	}
	if err := l.Targets.ip("addr", "add", routerAddr.String(), "dev", "lab1"); err != nil {
		return err
	}
	if err := l.Targets.ip("link", "set", "lab1", "up"); err != nil {
		return err
	}
	return l.route("via", routerAddr.Addr().String())
}

// route gives the scanner its address and its way out.
func (l *Lab) route(via ...string) error {
	if err := l.Scanner.ip("addr", "add", scannerAddr.String(), "dev", Interface); err != nil {
		return err
	}
	if err := l.Scanner.ip("link", "set", Interface, "up"); err != nil {
		return err
	}
	return l.Scanner.ip(append([]string{"route", "add", "default", "dev", Interface}, via...)...)
}

// protect sets the firewall up: open ports first, then what is dropped or rejected.
func (l *Lab) protect() error {
	var open, dropped, silent, unreachable []string
	for addr := range l.Addrs() {
		host := l.Host(addr)
		open = append(open, concatenations(addr, host.Open)...)
		dropped = append(dropped, concatenations(addr, host.Drops)...)
		switch {
		case host.Unreachable:
			unreachable = append(unreachable, addr.String())
		case host.Dead:
			dropped = append(dropped, concatenations(addr, host.Open)...)
			silent = append(silent, addr.String())
		case host.Silent:
			silent = append(silent, addr.String())
		}
	}
	if len(dropped)+len(silent)+len(unreachable) == 0 {
		return nil // no firewall, no cost
	}
	rules := "table ip lab {\n" +
		set("dropped", "ipv4_addr . inet_service", dropped) + set("unreachable", "ipv4_addr", unreachable) +
		set("open", "ipv4_addr . inet_service", open) + set("silent", "ipv4_addr", silent) +
		"chain in { type filter hook input priority 0;\n" +
		"ip daddr . tcp dport @dropped drop\nip daddr @unreachable reject with icmp admin-prohibited\n" +
		"ip daddr . tcp dport @open accept\nip daddr @silent drop\n}\n}\n"
	return command(rules, "ip", "netns", "exec", string(l.Targets), "nft", "-f", "-")
}

func concatenations(addr netip.Addr, ports []uint16) (elements []string) {
	for _, port := range ports {
		elements = append(elements, fmt.Sprintf("%s . %d", addr, port))
	}
	return elements
}

func set(name, kind string, elements []string) string {
	if len(elements) == 0 {
		return fmt.Sprintf("set %s { type %s; }\n", name, kind)
	}
	return fmt.Sprintf("set %s { type %s; elements = { %s } }\n", name, kind, strings.Join(elements, ", "))
}

// listen opens the open ports. Who connects is hung up on.
func (l *Lab) listen() error {
	for addr := range l.Addrs() {
		host := l.Host(addr)
		for _, port := range l.opened(host) {
			listener, err := net.Listen("tcp4", netip.AddrPortFrom(addr, port).String())
			if err != nil {
				return err
			}
			l.closers = append(l.closers, listener.Close)
			go hangUp(listener)
		}
	}
	return nil
}

// opened is what a host has listeners on: all that is open there, of an all-open
// host what is asked for.
func (l *Lab) opened(host wiretest.Host) []uint16 {
	if host.AllOpen {
		return l.Ports
	}
	return host.Open
}

func hangUp(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_ = conn.Close() // nothing was said, nothing is lost
	}
}
