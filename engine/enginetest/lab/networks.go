package lab

import (
	"encoding/binary"
	"hash/fnv"
	"net/netip"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

// Networks lists the networks that scanners are measured on.
func Networks() []Network {
	return []Network{
		Closed(1),
		{
			Name: "mixed", About: "256 hosts, every second one drops what is not for an open port; 256 ports",
			Prefix: prefix("10.21.0.0/24"), Ports: upTo(256), Kernel: true,
			Host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{Open: someOf(a, 256, 64), Silent: a.As4()[3]%2 == 1}
			},
		},
		{
			Name: "dropped", About: "128 hosts that drop everything; 100 ports",
			Prefix: prefix("10.22.0.0/25"), Ports: upTo(100), Kernel: true,
			Host: func(netip.Addr) wiretest.Host { return wiretest.Host{Dead: true} },
		},
		{
			Name: "far", About: "256 hosts 20 ms away; 256 ports",
			Prefix: prefix("10.23.0.0/24"), Ports: upTo(256),
			Host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{Open: someOf(a, 256, 64), RTT: 20 * time.Millisecond}
			},
		},
		{
			Name: "lossy", About: "256 hosts 50 ms away, 3 % of the packets lost on each way; 256 ports",
			Prefix: prefix("10.24.0.0/24"), Ports: upTo(256),
			Host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{Open: someOf(a, 256, 32), RTT: 50 * time.Millisecond, Loss: 0.03}
			},
		},
		{
			Name: "limited", About: "16 hosts that take in 100 SYNs in each second and drop the rest in silence; 1,000 ports",
			Prefix: prefix("10.25.0.0/28"), Ports: upTo(1000),
			Host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{Open: someOf(a, 1000, 16), RTT: 5 * time.Millisecond, Rate: 100, Window: time.Second}
			},
		},
		{
			Name: "jitter", About: "64 hosts, round trips of 0 to 200 ms, a tenth of the answers come twice; 256 ports",
			Prefix: prefix("10.26.0.0/26"), Ports: upTo(256),
			Host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{Open: someOf(a, 256, 32), Jitter: 200 * time.Millisecond, Duplicate: 0.1}
			},
		},
		{
			Name: "sparse", About: "a /20 in which one host in 16 is alive, 10 ms away; 5 ports",
			Prefix: prefix("10.28.0.0/20"), Ports: upTo(5),
			Host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{Dead: chance(a, 0)%16 != 0, Open: someOf(a, 5, 2), RTT: 10 * time.Millisecond}
			},
		},
		{
			Name: "allopen", About: "32 hosts, every fourth one open on each of 1,000 ports, 5 ms away",
			Prefix: prefix("10.29.0.0/27"), Ports: upTo(1000),
			Host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{AllOpen: a.As4()[3]%4 == 0, Open: someOf(a, 1000, 64), RTT: 5 * time.Millisecond}
			},
		},
	}
}

// Closed is a /22 of hosts that refuse; a few ports are open. It has 200 ports,
// times as many.
func Closed(times int) Network {
	return Network{
		Name: "closed", About: "1,024 hosts of which the kernel refuses nearly every port",
		Prefix: prefix("10.20.0.0/22"), Ports: upTo(200 * times), Kernel: true,
		Host: func(a netip.Addr) wiretest.Host { return wiretest.Host{Open: someOf(a, 200, 2000)} },
	}
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// upTo gives the ports from 1.
func upTo(last int) []uint16 {
	ports := make([]uint16, last)
	for i := range ports {
		ports[i] = uint16(i + 1)
	}
	return ports
}

// someOf gives about one in so many of the ports up to last.
func someOf(addr netip.Addr, last, oneIn int) (ports []uint16) {
	for _, port := range upTo(last) {
		if chance(addr, port)%uint64(oneIn) == 0 {
			ports = append(ports, port)
		}
	}
	return ports
}

// chance is a number for an address and port, the same each time.
func chance(addr netip.Addr, port uint16) uint64 {
	h := fnv.New64a()
	b := binary.BigEndian.AppendUint16(addr.AsSlice(), port)
	_, _ = h.Write(b) // a hash takes everything
	sum := h.Sum64()
	// The last bytes barely reach the low bits of FNV: mix once more (splitmix64).
	sum = (sum ^ sum>>30) * 0xbf58476d1ce4e5b9
	sum = (sum ^ sum>>27) * 0x94d049bb133111eb
	return sum ^ sum>>31
}
