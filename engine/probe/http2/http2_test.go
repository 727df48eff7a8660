package http2_test

import (
	"context"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/http2"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// What servers say first: Node.js 18, grpc-go 1.60, nghttpd 1.52.
var greetings = map[string]string{
	"Node.js": "\x00\x00\x00\x04\x00\x00\x00\x00\x00",
	"grpc-go": "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00",
	"nghttpd": "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\x00\x00\x04\x08\x00\x00\x00\x00\x00\x7f\xff\x00\x00",
}

func TestGreets(t *testing.T) {
	for name, said := range greetings {
		if !(http2.Probe{}).Greets([]byte(said)) {
			t.Errorf("does not know %s", name)
		}
	}
	for name, said := range map[string]string{
		"nothing": "", "zeros": "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "cut off": "\x00\x00\x06\x04\x00\x00",
		"odd length": "\x00\x00\x07\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\x00", "a stream": "\x00\x00\x06\x04\x00\x00\x00\x00\x01\x00\x03\x00\x00\x00\x64", "text": "220 ready\r\n",
		"no setting": "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x64", "MySQL": "\x4a\x00\x00\x00\x0a8.0.33\x00\x08\x00\x00\x00",
	} {
		if (http2.Probe{}).Greets([]byte(said)) {
			t.Errorf("takes %s for HTTP/2", name)
		}
	}
}

// mute is a probe that learns nothing.
type mute struct{ probe.Probe }

func (mute) Run(context.Context, probe.Dialer, engine.Endpoint) probe.Result {
	return probe.Failed(context.DeadlineExceeded)
}

// TestRunIsThatOfHTTP: there is nothing else to it.
func TestRunIsThatOfHTTP(t *testing.T) {
	if result := http2.New(mute{}).Run(t.Context(), nil, probetest.Endpoint()); result.Outcome != engine.Timeout {
		t.Errorf("%+v", result)
	}
}
