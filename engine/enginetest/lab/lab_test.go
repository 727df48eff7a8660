package lab_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

// hosts are one of each kind, by the last byte of their address.
var hosts = []wiretest.Host{
	{Open: []uint16{22, 80}},
	{Open: []uint16{22, 80}, Silent: true},
	{Open: []uint16{80}, Drops: []uint16{22}},
	{Dead: true, Open: []uint16{22}},
	{Unreachable: true},
	{AllOpen: true},
	{},
	{Open: []uint16{443}},
}

func small(kernel bool) lab.Network {
	return lab.Network{
		Name: "test", Prefix: netip.MustParsePrefix("10.99.0.0/29"), Ports: []uint16{22, 23, 80, 443}, Kernel: kernel,
		Host: func(addr netip.Addr) wiretest.Host {
			host := hosts[addr.As4()[3]%8]
			if !kernel {
				host.RTT = 5 * time.Millisecond
			}
			return host
		},
	}
}

// TestTruth connects to every port of a network and finds what its value says.
func TestTruth(t *testing.T) {
	for name, network := range map[string]lab.Network{"kernel": small(true), "simulated": small(false)} {
		t.Run(name, func(t *testing.T) {
			l := start(t, network)
			began := time.Now()
			found := connectToAll(t, l)
			for place := range network.Truth() {
				if !found[place] {
					t.Errorf("%s does not accept", place)
				}
				delete(found, place)
			}
			for place := range found {
				t.Errorf("%s accepts and must not", place)
			}
			if !network.Kernel && time.Since(began) < 5*time.Millisecond {
				t.Error("nothing took a round trip")
			}
		})
	}
}

func start(t *testing.T, network lab.Network) *lab.Lab {
	t.Helper()
	l, err := lab.Start(network)
	if errors.Is(err, lab.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir("/run/netns"); err == nil {
			for _, file := range left {
				if strings.HasPrefix(file.Name(), string(l.Scanner)) {
					t.Errorf("%s is left", file.Name())
				}
			}
		}
	})
	return l
}

func connectToAll(t *testing.T, l *lab.Lab) map[netip.AddrPort]bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	var lock sync.Mutex
	var running sync.WaitGroup
	found := map[netip.AddrPort]bool{}
	for addr := range l.Addrs() {
		for _, port := range l.Ports {
			place := netip.AddrPortFrom(addr, port)
			running.Go(func() {
				if connects(ctx, l, place) {
					lock.Lock()
					defer lock.Unlock()
					found[place] = true
				}
			})
		}
	}
	running.Wait()
	return found
}

// connects dials inside and hangs up.
func connects(ctx context.Context, l *lab.Lab, place netip.AddrPort) bool {
	err := l.Scanner.Do(func() error {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp4", place.String())
		if err != nil {
			return err
		}
		return conn.Close()
	})
	return err == nil
}

// TestNetworks holds every network to what can be said without putting it up.
func TestNetworks(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range lab.Networks() {
		if seen[n.Name] {
			t.Errorf("two networks are called %s", n.Name)
		}
		seen[n.Name] = true
		truth := len(n.Truth())
		if n.Name != "dropped" && (truth < n.Probes()/2500 || truth > n.Probes()/2) {
			t.Errorf("%s: %d of %d ports are open", n.Name, truth, n.Probes())
		}
		t.Logf("%-8s %6d probes, %5d open", n.Name, n.Probes(), truth)
	}
}
