package control_test

import (
	"maps"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// seen gives an agent that reports a document of a target.
func seen(target engine.Target, addr string, port uint16, protocol string, blocks map[string]any) func(engine.Task) engine.Report {
	return func(task engine.Task) engine.Report {
		e := engine.Endpoint{Target: target, Port: port, Transport: engine.TCP}
		if addr != "" {
			e.Addr = netip.MustParseAddr(addr)
		}
		if _, isAddress := target.Prefix(); !isAddress {
			e.Name = string(target)
		}
		r := engine.NewResponse(e, protocol, protocol, "", time.Now())
		maps.Copy(r.Blocks, blocks)
		return engine.Report{ScanID: task.ScanID, TaskID: task.ID, Attempt: task.Attempt, Done: true, At: time.Now(), Responses: []engine.Response{r}}
	}
}

// together gives the reports of several as one.
func together(reports ...func(engine.Task) engine.Report) func(engine.Task) engine.Report {
	return func(task engine.Task) engine.Report {
		whole := reports[0](task)
		for _, more := range reports[1:] {
			whole.Responses = append(whole.Responses, more(task).Responses...)
		}
		return whole
	}
}

func hostKey(fingerprint string) map[string]any {
	return map[string]any{"ssh": map[string]any{"key_exchange": map[string]any{"server_host_key": map[string]any{"algorithm": "ssh-ed25519", "fingerprint_sha256": fingerprint}}}}
}

// TestWholeScan: what documents tell only together are findings of a scan when it is done,
// and have owners.
func TestWholeScan(t *testing.T) {
	h := start(t)
	tlsa := map[string]any{"name": "_25._tcp.mail.example", "usage": 3, "selector": 1, "matching_type": 1, "data": "aa"}
	certificate := map[string]any{"fingerprint_sha256": "cc", "subject_key_info": map[string]any{"fingerprint_sha256": "bb"}}
	request := engine.ScanRequest{
		Targets: []engine.Target{"192.0.2.1"}, Ports: "22,25",
		Expect: []engine.Expectation{{Host: "192.0.2.1", Port: "22", Owner: "@ops"}, {Optional: true, Port: "1-65535"}},
	}
	id := h.ran(t, request, together(
		seen("192.0.2.1", "192.0.2.1", 22, "ssh", hostKey("11")), seen("192.0.2.2", "192.0.2.2", 22, "ssh", hostKey("11")), seen("192.0.2.3", "192.0.2.3", 22, "ssh", hostKey("22")),
		seen("example", "", 0, "domain", map[string]any{"dns": map[string]any{"tlsa": []any{tlsa}}}),
		seen("mail.example", "192.0.2.4", 25, "smtpstarttls", map[string]any{"certificate": certificate}),
	))
	var got []string
	for _, f := range h.findings(t, id) {
		got = append(got, f.Rule+" "+string(f.Target)+" "+f.Owner)
	}
	slices.Sort(got)
	want := []string{"dns.dane-mismatch mail.example ", "exposure.missing 192.0.2.1 @ops", "ssh.duplicate-hostkey 192.0.2.1 @ops", "ssh.duplicate-hostkey 192.0.2.2 "}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
