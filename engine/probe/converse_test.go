package probe_test

import (
	"bytes"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// TestAsk loses the first question and answers the second with a stray and the answer.
func TestAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer near.Close()
		go func() {
			defer far.Close()
			question := make([]byte, 16)
			_, _ = far.Read(question)
			_, _ = far.Read(question)
			_, _ = far.Write([]byte("somebody else's"))
			_, _ = far.Write([]byte("ours"))
		}()
		answer, err := probe.Ask(near, []byte("?"), func(b []byte) bool { return bytes.Equal(b, []byte("ours")) })
		if err != nil || string(answer) != "ours" {
			t.Errorf("%q, %v", answer, err)
		}
	})
}

func TestAskSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		go func() {
			question := make([]byte, 16)
			for {
				if _, err := far.Read(question); err != nil {
					return
				}
			}
		}()
		if _, err := probe.Ask(near, []byte("?"), func([]byte) bool { return true }); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
		_ = near.Close()
	})
}

func TestConverseTransport(t *testing.T) {
	for transport, converse := range map[string]func() error{
		engine.TCP: func() error { return probe.ConverseUDP(t.Context(), nil, engine.Endpoint{Transport: engine.TCP}, nil) },
		engine.UDP: func() error { return probe.ConverseTCP(t.Context(), nil, engine.Endpoint{Transport: engine.UDP}, nil) },
	} {
		if err := converse(); !errors.Is(err, probe.ErrTransport) {
			t.Errorf("%s: %v", transport, err)
		}
	}
}
