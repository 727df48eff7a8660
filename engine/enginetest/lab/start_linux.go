package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// Lab is a network that is up.
type Lab struct {
	Network
	Scanner Namespace // where the scanner is to be
	Targets Namespace // where what is scanned is to be; empty of a simulated network

	closers []func() error
}

// Available says why no lab can be put up here, or nil.
func Available() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: network namespaces need root", ErrUnavailable)
	}
	for _, program := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%w: it needs %s (packages iproute2 and nftables): %w", ErrUnavailable, program, err)
		}
	}
	if _, err := os.Stat(tunDevice); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return removeStale()
}

// Start puts a network up: in a namespace of its own, with another beside it for
// the targets if they are the kernel's. A process has one at a time of each name.
func Start(network Network) (*Lab, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	l := &Lab{Network: network}
	up := l.startSimulated
	if network.Kernel {
		up = l.startKernel
	}
	if err := up(); err != nil {
		return nil, errors.Join(fmt.Errorf("start network %s: %w", network.Name, err), l.Close())
	}
	return l, nil
}

// namespace makes one that ends with the lab.
func (l *Lab) namespace(role string) (Namespace, error) {
	n, err := newNamespace(l.Name + "-" + role)
	if n != "" {
		l.closers = append(l.closers, n.close)
	}
	return n, err
}

// Close takes the network down.
func (l *Lab) Close() error {
	var errs []error
	for i := len(l.closers) - 1; i >= 0; i-- {
		errs = append(errs, l.closers[i]())
	}
	l.closers = nil
	return errors.Join(errs...)
}
