package cli_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// openPort is a line of discover and probe.
type openPort struct {
	IP                        string
	Port                      int
	Transport                 string
	RTT                       *float64 `json:"rtt_ms"`
	Service, Product, Version string
}

func openPorts(t *testing.T, text string) (found []openPort) {
	t.Helper()
	for line := range strings.Lines(text) {
		var o openPort
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		found = append(found, o)
	}
	return found
}

// portsOf gives the ports of lines, sorted.
func portsOf(found []openPort) (ports []int) {
	for _, o := range found {
		ports = append(ports, o.Port)
	}
	slices.Sort(ports)
	return ports
}

func portsOfZoo(zoo *enginetest.Zoo) (ports []int) {
	for _, s := range zoo.Services {
		ports = append(ports, s.Port)
	}
	slices.Sort(ports)
	return ports
}

func TestProbe(t *testing.T) {
	zoo := enginetest.Services(t)
	args := []string{"probe"}
	for port := range strings.SplitSeq(zoo.Ports(), ",") {
		args = append(args, "127.0.0.1:"+port)
	}
	s := newShell(t)
	s.want(t, 0, args...)
	wantServices(t, s.out.String(), zoo)
	if !strings.Contains(s.err.String(), "6 of 6") {
		t.Errorf("no summary: %s", s.err.String())
	}
}

func wantServices(t *testing.T, lines string, zoo *enginetest.Zoo) {
	t.Helper()
	found := openPorts(t, lines)
	if !slices.Equal(portsOf(found), portsOfZoo(zoo)) {
		t.Errorf("ports %v, want %v", portsOf(found), portsOfZoo(zoo))
	}
	for _, o := range found {
		if o.Port == zoo.Get("redis").Port && (o.Service != "redis" || o.Product != "redis" || o.Version != "6.2.6") {
			t.Errorf("redis is %+v", o)
		}
		if o.Service == "" {
			t.Errorf("%+v has no name", o)
		}
	}
}

func TestBadEndpoints(t *testing.T) {
	s := newShell(t)
	for _, word := range []string{"127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "a.test:80", "127.0.0.1:80/sctp", "{}", `{"ip":"x"}`, "[::1]"} {
		s.want(t, 64, "probe", word)
		if !strings.Contains(s.err.String(), "endpoints[0]") {
			t.Errorf("%s: %s", word, s.err.String())
		}
	}
	s.want(t, 64, "probe")
}
