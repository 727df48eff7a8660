package scanner_test

import (
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

func TestIsSelf(t *testing.T) {
	// A port that is ours by LocalAddr and nobody's to answer is the case itself.
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr()
	other, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	if scanner.IsSelf(other) {
		t.Error("takes a connection to another socket for one to itself")
	}
	_, _ = other.Close(), free.Close()
	self, err := (&net.Dialer{LocalAddr: addr}).Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	if !scanner.IsSelf(self) {
		t.Error("does not notice a connection to itself")
	}
	_ = self.Close()
}
