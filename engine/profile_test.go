package engine_test

import (
	"errors"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestProfile(t *testing.T) {
	for _, p := range []engine.Profile{{}, {Addresses: "all", Mode: "syn", Rate: 1000, HostRate: 10, MaxBytes: 1 << 40}, {Addresses: "one", Mode: "auto"}} {
		if err := p.Validate(); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	for field, p := range map[string]engine.Profile{
		"addresses": {Addresses: "some"}, "mode": {Mode: "SYN"}, "rate": {Rate: -1}, "host_rate": {HostRate: -1}, "max_bytes": {MaxBytes: -1}, "resolvers": {Resolvers: "dns.example"},
	} {
		var known *engine.Error
		if err := p.Validate(); !errors.As(err, &known) || known.Kind != engine.Invalid || known.Field != field || known.Hint == "" {
			t.Errorf("%+v: %v, want an error about %s with a hint", p, err, field)
		}
	}
}
