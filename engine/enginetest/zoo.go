package enginetest

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/accept"
)

// Zoo is a set of flawed services on free ports of 127.0.0.1.
type Zoo struct {
	Services []*Service
}

// Service is one flawed service.
type Service struct {
	Name  string // "redis"
	Port  int
	Flaws []string // ids of the checks that must find something here

	listener net.Listener
	close    func() error
	running  sync.WaitGroup
}

// keepers are the services of the zoo.
func keepers() []func(*Service) error {
	return []func(*Service) error{redis, web, securedWeb, ssh, ftp, dnsResolver}
}

// Services starts the zoo until the test ends.
func Services(t testing.TB) *Zoo {
	t.Helper()
	zoo, err := StartZoo()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := zoo.Close(); err != nil {
			t.Error(err)
		}
	})
	return zoo
}

// StartZoo starts the zoo; for programs that are no tests.
func StartZoo() (*Zoo, error) {
	zoo := &Zoo{}
	for _, keep := range keepers() {
		service, err := open(keep)
		if err != nil {
			return nil, errors.Join(err, zoo.Close())
		}
		zoo.Services = append(zoo.Services, service)
	}
	return zoo, nil
}

func open(keep func(*Service) error) (*Service, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Service{listener: listener, Port: portOf(listener)}
	s.close = listener.Close
	if err := keep(s); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return s, nil
}

func portOf(l net.Listener) int {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	n, _ := strconv.Atoi(port) // what the kernel printed is a number
	return n
}

// Close ends every service and waits for it.
func (z *Zoo) Close() error {
	var errs []error
	for _, s := range z.Services {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// Close ends the service and waits for it.
func (s *Service) Close() error {
	err := s.close()
	s.running.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Ports is the ports of all services as a scan takes them: "34567,41023".
func (z *Zoo) Ports() string {
	ports := make([]string, 0, len(z.Services))
	for _, s := range z.Services {
		ports = append(ports, strconv.Itoa(s.Port))
	}
	return strings.Join(ports, ",")
}

// Get gives the service of this name, nil if there is none.
func (z *Zoo) Get(name string) *Service {
	i := slices.IndexFunc(z.Services, func(s *Service) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return z.Services[i]
}

// serve answers every connection with talk until the service is closed.
func (s *Service) serve(talk func(net.Conn)) { s.close = accept.Serve(s.listener, talk).Close }
