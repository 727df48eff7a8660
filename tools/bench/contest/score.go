package contest

import (
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// score holds what was found against the truth.
func (a *arena) score(found *peer.Findings, s *Sample) {
	switch a.Stage {
	case peer.Discovery:
		a.scoreOpen(found, s)
	case peer.Services:
		a.scoreServices(found, s)
	case peer.Names:
		s.Found = len(found.Answered)
		right := 0
		for i := range nameCount {
			if found.Answered[nameAt(i)] {
				right++
			}
		}
		s.Recall, s.Precision = share(right, nameCount), share(right, s.Found)
	}
}

// share is 1 of nothing.
func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// scoreOpen takes a host that is said to be open on everything for all its ports.
func (a *arena) scoreOpen(found *peer.Findings, s *Sample) {
	open := found.Open
	for addr := range found.AllOpen {
		for _, port := range a.Network.Ports {
			open[netip.AddrPortFrom(addr, port)] = true
		}
	}
	right := 0
	for place := range open {
		if a.truth[place] {
			right++
		}
	}
	s.Found, s.AllOpen = len(open), true
	s.Recall, s.Precision = share(right, len(a.truth)), share(right, len(open))
	for addr := range a.Network.Addrs() {
		if a.Network.Host(addr).AllOpen && !found.AllOpen[addr] {
			s.AllOpen = false
		}
	}
}

// scoreServices counts the services whose protocol was named right. TLS is true
// of what is inside TLS, and not what it is: neither right nor wrong. A hostile
// peer need not be named.
func (a *arena) scoreServices(found *peer.Findings, s *Sample) {
	truth := map[netip.AddrPort]Service{}
	nameable, right, wrong := 0, 0, 0
	for _, service := range a.ground.Services {
		truth[service.Place] = service
		if service.counts() {
			nameable++
		}
	}
	for place, said := range found.Named {
		service, ok := truth[place]
		isRight := ok && (said == peer.Word(service.Base) || said == peer.Word(service.Protocol))
		switch {
		case isRight && service.counts():
			right++
		case !isRight && said != "tls":
			wrong++
			a.say("%s is %s (%s), said %s", place, service.Protocol, service.Species, said)
		}
	}
	if missed := nameable - right; missed > 0 && missed <= fewMissed {
		a.sayMissed(found)
	}
	s.Found = right + wrong
	s.Recall, s.Precision = share(right, nameable), share(right, right+wrong)
}

// fewMissed is how many missed services are told one by one.
const fewMissed = 20

func (a *arena) sayMissed(found *peer.Findings) {
	for _, service := range a.ground.Services {
		if said := found.Named[service.Place]; service.counts() && (said == "" || said == "tls") {
			a.say("%s is %s (%s), said %q", service.Place, service.Protocol, service.Species, said)
		}
	}
}

// counts tells whether a scanner should name a service.
func (s Service) counts() bool { return s.Base != "" && !s.Hostile }
