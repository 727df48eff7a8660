package tls_test

import (
	"bytes"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// TestIsHeartbeat knows the answer of OpenSSL 1.0.1f to a heartbeat without what it says it
// has, and nothing else for it.
func TestIsHeartbeat(t *testing.T) {
	answer := append([]byte{24, 3, 3, 0, 20, 2, 0, 1, 'm'}, make([]byte, 16)...)
	if !tls.IsHeartbeat(bytes.NewReader(answer)) {
		t.Error("an answer is not known")
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "cut off": answer[:5], "an alert": {21, 3, 3, 0, 2, 2, 10, 0}, "a request": {24, 3, 3, 0, 20, 1, 0, 1}, "no TLS": []byte("HTTP/1.1 400"), "too short": {24, 3, 3, 0, 1, 2},
	} {
		if tls.IsHeartbeat(bytes.NewReader(data)) {
			t.Errorf("%s is taken for an answer", name)
		}
	}
}

func FuzzIsHeartbeat(f *testing.F) {
	f.Add([]byte{24, 3, 3, 0, 20, 2, 0, 1, 'm'})
	f.Fuzz(func(t *testing.T, data []byte) {
		if tls.IsHeartbeat(bytes.NewReader(data)) && data[0] != 24 {
			t.Errorf("%x", data)
		}
	})
}
