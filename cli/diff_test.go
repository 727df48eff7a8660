package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestDiff(t *testing.T) {
	s, ports := newShell(t), ""
	t.Run("open", func(t *testing.T) {
		ports = enginetest.Services(t).Ports()
		s.want(t, 10, "scan", "127.0.0.1", "--ports", ports)
	})
	s.want(t, 0, "scan", "127.0.0.1", "--ports", ports)
	s.want(t, 0, "diff", "1", "2")
	for _, part := range []string{"Scan 2 compared with scan 1", "Fixed findings", "CRITICAL", "Closed ports", "- 127.0.0.1:"} {
		if !strings.Contains(s.out.String(), part) {
			t.Errorf("the table lacks %q:\n%s", part, s.out.String())
		}
	}
	s.want(t, 0, "diff", "2", "--format", "json")
	var d engine.Diff
	if err := json.Unmarshal([]byte(s.out.String()), &d); err != nil || d.Base != 1 || len(d.Fixed) == 0 {
		t.Errorf("%+v, %v", d, err)
	}
	s.want(t, 0, "diff", "2", "1", "--format", "markdown")
	if !strings.Contains(s.out.String(), "### New findings (") {
		t.Errorf("the page is\n%s", s.out.String())
	}
	s.want(t, 64, "diff")
	s.want(t, 64, "diff", "1", "9")
	s.want(t, 64, "diff", "1", "2", "--format", "html")
}
