package cli_test

import (
	"os"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/cli"
)

// A terminal that says it has no columns has some all the same: progress was cut to nothing.
func TestTerminalThatDoesNotKnowItsWidth(t *testing.T) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("this system has no pseudo terminals: %v", err)
	}
	t.Cleanup(func() { _ = master.Close() }) // nobody is at the other end
	if columns, ok := cli.TerminalWidth(master); !ok || columns < 40 {
		t.Errorf("%d columns, a terminal: %v", columns, ok)
	}
	if _, ok := cli.TerminalWidth(&strings.Builder{}); ok {
		t.Error("a buffer was taken for a terminal")
	}
}
