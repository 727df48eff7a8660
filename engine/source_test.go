package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestSourceValidate(t *testing.T) {
	good := []engine.Source{
		{},
		{Repository: "acme/shop", Branch: "main", Commit: "9fceb02d0ae598e95dc970b74767f19372d61af8", RunURL: "https://github.com/acme/shop/actions/runs/7"},
		{Repository: "https://git.example.com/acme/shop.git", Branch: "pull/7/merge", Commit: "r4711"},
		{Branch: "größer/schöner"},
	}
	for _, s := range good {
		if err := s.Validate(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	bad := map[string]engine.Source{
		"repository": {Repository: "acme shop"},
		"branch":     {Branch: strings.Repeat("b", 256)},
		"commit":     {Commit: "HEAD~1"},
		"run_url":    {RunURL: "javascript:alert(1)"},
	}
	for field, s := range bad {
		var known *engine.Error
		if err := s.Validate(); !errors.As(err, &known) || known.Field != field || known.Kind != engine.Invalid {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

// A scan that is asked for again comes from the same commit, but from another run.
func TestSourceAgain(t *testing.T) {
	s := engine.Source{Branch: "main", RunURL: "https://ci.example.com/1"}
	if got := s.Again(); got != (engine.Source{Branch: "main"}) {
		t.Errorf("%+v", got)
	}
}

// What is asked for has one digest however it is spelled, and another if anything of it
// is another thing; what it is called and where it comes from is no part of it.
func TestConfigDigest(t *testing.T) {
	request := engine.ScanRequest{Targets: []engine.Target{"Example.com", "192.0.2.1"}, Ports: "80,443"}
	digest := request.Digest(nil)
	same := request
	same.Targets, same.Ports = []engine.Target{"192.0.2.1", "example.com", "example.com"}, "443, 80"
	same.Label, same.Source = "nightly", engine.Source{Branch: "main"}
	if got := same.Digest(nil); got != digest {
		t.Errorf("the same has %s and %s", digest, got)
	}
	others := map[string]engine.ScanRequest{}
	for name, change := range map[string]func(*engine.ScanRequest){
		"targets": func(r *engine.ScanRequest) { r.Targets = []engine.Target{"example.com"} },
		"exclude": func(r *engine.ScanRequest) { r.Exclude = []engine.Target{"192.0.2.1"} },
		"ports":   func(r *engine.ScanRequest) { r.Ports = "80,443,53/udp" },
		"profile": func(r *engine.ScanRequest) { r.Profile.Rate = 5 },
		"expect":  func(r *engine.ScanRequest) { r.Expect = []engine.Expectation{} },
	} {
		other := request
		change(&other)
		others[name] = other
	}
	for name, other := range others {
		if other.Digest(nil) == digest {
			t.Errorf("%s makes no difference", name)
		}
	}
	if request.Digest([]string{"redis.no-auth"}) == digest {
		t.Error("the checks make no difference")
	}
	unsaid, said := engine.ScanRequest{Targets: request.Targets}, engine.ScanRequest{Targets: request.Targets, Ports: engine.PortsDefault, Profile: engine.Profile{Mode: engine.ModeAuto}}
	if unsaid.Digest(nil) != said.Digest(nil) {
		t.Error("what is meant if nothing is said is another thing than it is by its name")
	}
}
