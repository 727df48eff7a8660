package wire

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// family is what each of the two families has of its own.
type family struct {
	batch  *batch
	ring   *ring
	routes *routes
	write  func(*[packetSize]byte, flow, uint32) int
	read   func([]byte) (Answer, bool)
}

func (f *family) open(isIPv6 bool, device string, ports sourcePorts) (err error) {
	number, protocol, filter := unix.AF_INET, uint16(unix.ETH_P_IP), filterIPv4(ports)
	if isIPv6 {
		number, protocol, filter = unix.AF_INET6, unix.ETH_P_IPV6, filterIPv6(ports)
	}
	if f.batch, err = openBatch(uint16(number), device); err != nil {
		return err
	}
	if f.routes, err = openRoutes(number, device); err != nil {
		return err
	}
	f.ring, err = openRing(protocol, filter)
	return err
}

func (f *family) close() error {
	var failed error
	if f.batch != nil {
		failed = errors.Join(failed, f.batch.close())
	}
	if f.routes != nil {
		failed = errors.Join(failed, f.routes.close())
	}
	if f.ring != nil {
		failed = errors.Join(failed, f.ring.close())
	}
	return failed
}

// hear reads as much of the ring as it holds at most, so that it ends even where
// packets come faster than they are read.
func (f *family) hear(now time.Time, take func(Answer)) (heard int) {
	wall := time.Duration(now.UnixNano())
	for range ringFrames {
		p, at, ok := f.ring.frame()
		if !ok {
			break
		}
		answer, ok := f.read(p)
		f.ring.advance()
		if ok {
			answer.At = now.Add(max(-time.Minute, min(0, at-wall))) // whoever sets the clock meanwhile does no great harm
			take(answer)
			heard++
		}
	}
	return heard
}
