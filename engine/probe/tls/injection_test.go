package tls_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// late is a connection that says nothing until its time is over.
type late struct{}

func (late) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// TestReaction tells refusals apart, and from what is none.
func TestReaction(t *testing.T) {
	for name, tt := range map[string]struct {
		data []byte
		want int
	}{
		"unexpected message": {[]byte{21, 3, 3, 0, 2, 2, 10}, 10},
		"bad record MAC":     {[]byte{21, 3, 1, 0, 2, 2, 20}, 20},
		"hung up":            {nil, -2},
		"cut off":            {[]byte{21, 3, 3, 0}, -2},
		"encrypted alert":    {[]byte{21, 3, 3, 0, 26, 1, 2}, -3},
		"handshake":          {[]byte{22, 3, 3, 0, 2, 2, 10}, -3},
	} {
		if got := tls.Reaction(bytes.NewReader(tt.data)); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
	if got := tls.Reaction(late{}); got != -1 {
		t.Errorf("silence is %d", got)
	}
}

func FuzzReaction(f *testing.F) {
	f.Add([]byte{21, 3, 3, 0, 2, 2, 10})
	f.Fuzz(func(t *testing.T, data []byte) {
		if got := tls.Reaction(bytes.NewReader(data)); got >= 0 && data[0] != 21 || got > 255 {
			t.Errorf("%x is alert %d", data, got)
		}
	})
}
