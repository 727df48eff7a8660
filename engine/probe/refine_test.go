package probe_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// application is a refiner of HTTP that finds itself where fits says so.
type application struct {
	name   string
	fits   bool
	failed bool
}

var _ probe.Refiner = application{}

func (a application) Name() string                { return a.name }
func (application) Ports() []uint16               { return nil }
func (application) Refines() string               { return "http" }
func (a application) Fits([]engine.Response) bool { return a.fits }

func (a application) Run(_ context.Context, _ probe.Dialer, to engine.Endpoint) probe.Result {
	return a.answer(to, a.name)
}

func (a application) RunTLS(_ context.Context, _ probe.Dialer, to engine.Endpoint) probe.Result {
	return a.answer(to, a.name+"+tls")
}

func (a application) answer(to engine.Endpoint, protocol string) probe.Result {
	if a.failed {
		return probe.Failed(errors.New("not it"))
	}
	return probe.Found(engine.NewResponse(to, "http", protocol, "", time.Now()))
}

func TestRefine(t *testing.T) {
	to := engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 9200, Transport: engine.TCP, Target: "192.0.2.1"}
	elsewhere := to
	elsewhere.Port = 80
	probes := []probe.Probe{application{name: "search", fits: true}, application{name: "store"}, application{name: "lies", fits: true, failed: true}}
	answer := func(at engine.Endpoint, base, protocol string) engine.Response {
		r := engine.NewResponse(at, base, protocol, "/", time.Now())
		r.Blocks["tls"] = "facts"
		return r
	}
	for name, tt := range map[string]struct {
		answers []engine.Response
		want    []string
	}{
		"fits":      {[]engine.Response{answer(to, "http", "http")}, []string{"search", "http"}},
		"in TLS":    {[]engine.Response{answer(to, "http", "https")}, []string{"search+tls", "https"}},
		"elsewhere": {[]engine.Response{answer(elsewhere, "http", "http")}, []string{"http"}},
		"other":     {[]engine.Response{answer(to, "redis", "redis")}, []string{"redis"}},
		"nothing":   {nil, nil},
	} {
		var got []string
		for _, r := range probe.Refine(t.Context(), probes, nil, to, tt.answers) {
			got = append(got, r.Protocol)
			if r.Protocol == "search+tls" && r.Blocks["tls"] != "facts" {
				t.Errorf("%s: %v, without what was seen of TLS", name, r.Blocks)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// console is an application that adds to the page it was found on.
type console struct{ application }

func (console) Run(_ context.Context, _ probe.Dialer, to engine.Endpoint) probe.Result {
	r := engine.NewResponse(to, "http", "http", "/", time.Now())
	r.Blocks["console"], r.Blocks["http"] = "facts", "not this"
	r.Tags = []engine.Tag{{Name: "nginx", Version: "1.0"}, {Name: "console", Version: "2.0"}}
	return probe.Found(r)
}

func TestRefineAddsToADocument(t *testing.T) {
	to := engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 9200, Transport: engine.TCP, Target: "192.0.2.1"}
	answer := engine.NewResponse(to, "http", "http", "/", time.Now())
	answer.Blocks["http"] = "page"
	answer.Tags = []engine.Tag{{Name: "console"}, {Name: "nginx", Version: "1.25"}}
	got := probe.Refine(t.Context(), []probe.Probe{console{application{name: "console", fits: true}}}, nil, to, []engine.Response{answer})
	if len(got) != 1 || got[0].Blocks["http"] != "page" || got[0].Blocks["console"] != "facts" {
		t.Fatalf("%+v", got)
	}
	if tags := got[0].Tags; len(tags) != 2 || tags[0].Version != "2.0" || tags[1].Version != "1.25" {
		t.Errorf("tags %+v", tags)
	}
	if len(answer.Blocks) != 1 || answer.Tags[0].Version != "" {
		t.Errorf("changed what it was given: %+v", answer)
	}
}
