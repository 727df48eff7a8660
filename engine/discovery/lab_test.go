package discovery_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

// networks are the hard ones of the lab, small.
func networks() []lab.Network {
	odd := func(a netip.Addr) bool { return a.As4()[3]%2 == 1 }
	return []lab.Network{
		{Name: "small-kernel", Prefix: netip.MustParsePrefix("10.77.0.0/27"), Kernel: true, Host: func(a netip.Addr) wiretest.Host {
			return wiretest.Host{Open: []uint16{7, uint16(a.As4()[3]) + 20}, Silent: odd(a)}
		}},
		{Name: "small-lossy", Prefix: netip.MustParsePrefix("10.78.0.0/28"), Host: func(a netip.Addr) wiretest.Host {
			return wiretest.Host{Open: []uint16{7, uint16(a.As4()[3]) + 20}, RTT: 20 * time.Millisecond, Loss: 0.03, Dead: odd(a)}
		}},
		{Name: "small-limited", Prefix: netip.MustParsePrefix("10.79.0.0/30"), Host: func(a netip.Addr) wiretest.Host {
			return wiretest.Host{Open: []uint16{7, uint16(a.As4()[3]) + 90}, RTT: 5 * time.Millisecond, Rate: 100, Burst: 10}
		}},
	}
}

// TestLab finds every open port of real networks, by SYN packets and by connecting,
// and none that is not open.
func TestLab(t *testing.T) {
	if err := lab.Available(); err != nil {
		t.Skip(err)
	}
	for _, network := range networks() {
		network.Ports = make([]uint16, 128)
		for i := range network.Ports {
			network.Ports[i] = uint16(i + 1)
		}
		l, err := lab.Start(network)
		if err != nil {
			t.Fatal(err)
		}
		for name, open := range map[string]func(wire.Config) (wire.Wire, error){"syn": wire.NewSYN, "connect": wire.NewConnect} {
			t.Run(network.Name+" "+name, func(t *testing.T) {
				found, err := explore(t, l, open)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, found, network.Truth())
			})
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// explore runs a discovery where the scanner of a lab is.
func explore(t *testing.T, l *lab.Lab, open func(wire.Config) (wire.Wire, error)) (map[netip.AddrPort]int, error) {
	t.Helper()
	ports := []engine.PortRange{{First: l.Ports[0], Last: l.Ports[len(l.Ports)-1]}}
	places, err := space.New([]netip.Prefix{l.Prefix}, ports, engine.Scope{}, 1)
	if err != nil {
		return nil, err
	}
	found := map[netip.AddrPort]int{}
	err = l.Scanner.Do(func() error {
		w, err := open(wire.Config{})
		if err != nil {
			return err
		}
		_, err = discovery.Run(t.Context(), discovery.Config{Space: places, Wire: w, Found: func(f discovery.Found) { found[f.Place]++ }})
		return errors.Join(err, w.Close())
	})
	return found, err
}

func compare(t *testing.T, found map[netip.AddrPort]int, truth map[netip.AddrPort]bool) {
	t.Helper()
	for place := range truth {
		if found[place] != 1 {
			t.Errorf("%s is open and was found %d times", place, found[place])
		}
		delete(found, place)
	}
	for place := range found {
		t.Errorf("%s is not open", place)
	}
}
