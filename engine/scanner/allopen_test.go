package scanner_test

import (
	"encoding/json"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// TestHostThatIsOpenEverywhere has a middlebox that accepts connections on every port
// it is asked for, and a host with one service.
func TestHostThatIsOpenEverywhere(t *testing.T) {
	var list []int
	for range 200 {
		list = append(list, listen(t, "127.0.0.9:0", func(net.Conn) {}))
	}
	list = append(list, listen(t, "127.0.0.8:0", redis))
	found := run(t, scanner.Config{Probes: all.Probes()}, task(ports(list...), "127.0.0.8", "127.0.0.9"))
	if len(found.open) != 2 || len(found.responses) != 2 {
		t.Fatalf("open %v, documents %v", found.open, found.uris())
	}
	for _, r := range found.responses {
		if r.IP == "127.0.0.9" {
			wantAllOpen(t, r)
		}
	}
}

func wantAllOpen(t *testing.T, r engine.Response) {
	t.Helper()
	document, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Unknown struct {
			AllOpen bool `json:"all_open"`
		}
		Tag []struct{ Name string }
	}
	if err := json.Unmarshal(document, &got); err != nil {
		t.Fatal(err)
	}
	if !got.Unknown.AllOpen || len(got.Tag) != 1 || got.Tag[0].Name != "all-open" {
		t.Errorf("%s", document)
	}
}
