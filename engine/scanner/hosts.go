package scanner

import (
	"net/netip"
	"sync"

	"golang.org/x/time/rate"
)

const (
	// servicesPerHost is how many ports of a host are spoken to at the same time.
	// OpenSSH starts to turn away strangers at 10 (MaxStartups 10:30:100), and
	// several ports may lead to one server.
	servicesPerHost = 8
	// rememberedHosts is from how many hosts on those with which nothing goes on any
	// more are forgotten: some 300 bytes each.
	rememberedHosts = 4096
)

// hosts knows how much goes on with each host of a run, and forgets hosts with
// which nothing does, so that its size is that of the work at hand.
type hosts struct {
	rate int // connection attempts and datagrams a second to each; 0 has no limit

	lock sync.Mutex
	all  map[netip.Addr]*host
}

// host is one of them.
type host struct {
	services slots
	limiter  *rate.Limiter
	users    int // of this value; guarded by the lock of hosts
}

func newHosts(perSecond int) *hosts {
	return &hosts{rate: perSecond, all: map[netip.Addr]*host{}}
}

// enter gives the host of an address until it is left.
func (h *hosts) enter(addr netip.Addr) *host {
	h.lock.Lock()
	defer h.lock.Unlock()
	known, ok := h.all[addr]
	if !ok {
		if len(h.all) >= rememberedHosts {
			h.forgetIdleLocked()
		}
		known = &host{services: make(slots, servicesPerHost), limiter: newLimiter(h.rate, 1)}
		h.all[addr] = known
	}
	known.users++
	return known
}

func (h *hosts) leave(known *host) {
	h.lock.Lock()
	defer h.lock.Unlock()
	known.users--
}

// forgetIdleLocked forgets who would be no different if he were met for the first time.
func (h *hosts) forgetIdleLocked() {
	for addr, known := range h.all {
		if known.users == 0 && known.limiter.Tokens() >= float64(known.limiter.Burst()) {
			delete(h.all, addr)
		}
	}
}

// newLimiter allows so many a second, 0 for any number.
func newLimiter(perSecond, burst int) *rate.Limiter {
	if perSecond <= 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}
