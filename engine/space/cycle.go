package space

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// cycle is the ports in a random order that has no beginning: each host starts
// somewhere else in it. It costs at most 256 KB, whatever the number of hosts.
type cycle struct {
	ports []uint16
	slots []uint16 // by port, 1 + its index in ports, 0 for none
}

func newCycle(ranges []engine.PortRange, seed uint64) cycle {
	c := cycle{slots: make([]uint16, 1<<16)}
	for port := range engine.Each(ranges) {
		if port != 0 && c.slots[port] == 0 {
			c.ports = append(c.ports, port)
			c.slots[port] = 1
		}
	}
	c.shuffle(seed)
	for i, port := range c.ports {
		c.slots[port] = uint16(i + 1) // 65,535 ports at most, so that it fits
	}
	return c
}

// shuffle is the shuffle of Fisher and Yates, as Knuth gives it (The Art of
// Computer Programming, volume 2, algorithm 3.4.2 P).
func (c *cycle) shuffle(seed uint64) {
	for i := len(c.ports) - 1; i > 0; i-- {
		seed += 0x9e3779b97f4a7c15
		j := mix(seed) % uint64(i+1)
		c.ports[i], c.ports[j] = c.ports[j], c.ports[i]
	}
}

func (c *cycle) len() int { return len(c.ports) }

// at takes an index below twice the length.
func (c *cycle) at(i uint64) uint16 {
	if n := uint64(len(c.ports)); i >= n {
		i -= n
	}
	return c.ports[i]
}

func (c *cycle) slot(port uint16) (int, bool) {
	s := int(c.slots[port])
	return s - 1, s > 0
}
