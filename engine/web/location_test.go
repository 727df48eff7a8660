package web_test

import (
	"net/netip"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// TestPagesDoNotLeadNearer has strangers lead to addresses that are nearer to us than
// they are, in all their clothes.
func TestPagesDoNotLeadNearer(t *testing.T) {
	public := web.Location{Scheme: "http", To: engine.Endpoint{Addr: netip.MustParseAddr("203.0.113.10"), Port: 80}, Path: "/"}
	for reference, follows := range map[string]bool{
		"http://203.0.113.11/":            true,
		"http://[64:ff9b::203.0.113.11]/": true,
		"http://127.0.0.1/":               false,
		"http://[::ffff:127.0.0.1]/":      false,
		"http://[::127.0.0.1]/":           false,
		"http://10.0.0.1/":                false,
		"http://[64:ff9b::10.0.0.1]/":     false,
		"http://[64:ff9b:1::10.0.0.1]/":   false,
		"http://[::ffff:0:10.0.0.1]/":     false,
		"http://[2002:a00:1::1]/":         false,
		"http://[fd00::1]/":               false,
		"http://[fec0::1]/":               false,
	} {
		if _, err := public.Resolve(t.Context(), &sockets{}, reference); (err == nil) != follows {
			t.Errorf("%s: %v, want followed %v", reference, err, follows)
		}
	}
}
