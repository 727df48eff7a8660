package peer_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

func program(t *testing.T, name string) peer.Program {
	t.Helper()
	all := peer.Programs()
	i := slices.IndexFunc(all, func(p peer.Program) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("nobody is called %q", name)
	}
	return all[i]
}

// TestReadOpen reads what each program writes about the same two ports.
func TestReadOpen(t *testing.T) {
	outputs := map[string]string{
		peer.Connect:    `{"ip":"10.0.0.1","port":22,"transport":"tcp","rtt_ms":0.1,"tries":1}` + "\n" + `{"ip":"10.0.0.2","port":80,"transport":"tcp"}`,
		peer.Floor:      "10.0.0.1:22\n10.0.0.2:80\n",
		peer.NmapT5:     "# Nmap 7.93 scan initiated\nHost: 10.0.0.1 ()\tStatus: Up\nHost: 10.0.0.1 ()\tPorts: 22/open/tcp//ssh///, 23/filtered/tcp//telnet///\tIgnored State: closed (254)\nHost: 10.0.0.2 ()\tPorts: 80/open/tcp//http///\n",
		"masscan":       "#masscan\nopen tcp 22 10.0.0.1 1790000000\nopen tcp 80 10.0.0.2 1790000000\n# end\n",
		"naabu connect": `{"ip":"10.0.0.1","timestamp":"2026-01-01T00:00:00Z","port":22,"protocol":"tcp","tls":false}` + "\n" + `{"ip":"10.0.0.2","port":80}`,
	}
	for name, output := range outputs {
		t.Run(name, func(t *testing.T) {
			found, err := program(t, name).Parse(strings.NewReader(output))
			if err != nil {
				t.Fatal(err)
			}
			want := []netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:22"), netip.MustParseAddrPort("10.0.0.2:80")}
			if len(found.Open) != 2 || !found.Open[want[0]] || !found.Open[want[1]] {
				t.Errorf("found %v", found.Open)
			}
		})
	}
}

func TestReadAllOpen(t *testing.T) {
	found, err := program(t, peer.SYN).Parse(strings.NewReader(`{"ip":"10.0.0.1","port":22,"all_open":true}`))
	if err != nil || !found.AllOpen[netip.MustParseAddr("10.0.0.1")] || len(found.Open) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
}

// TestReadNamed reads what each program says of a mail server inside TLS, or of a web server.
func TestReadNamed(t *testing.T) {
	tests := []struct{ program, output, want string }{
		{peer.Probe, `{"ip":"10.0.0.1","port":993,"transport":"tcp","service":"imaps","product":"dovecot"}`, "imap"},
		{"bare prober", "10.0.0.1:993 imap", "imap"},
		{peer.NmapSV, "Host: 10.0.0.1 ()\tPorts: 993/open/tcp//ssl|imap//Dovecot imapd/", "imap"},
		{peer.NmapSV, "Host: 10.0.0.1 ()\tPorts: 993/open/tcp//imaps?///", ""},
		{peer.NmapSV, "Host: 10.0.0.1 ()\tPorts: 993/open/tcp//tcpwrapped///", ""},
		{"fingerprintx", `{"ip":"10.0.0.1","port":993,"protocol":"imap","tls":true,"transport":"tcp","metadata":{}}`, "imap"},
		{"httpx", `{"port":"993","url":"https://10.0.0.1:993","scheme":"https","host":"10.0.0.1","host_ip":"10.0.0.1"}`, "http"},
		{"zgrab2 http", `{"ip":"10.0.0.1","port":993,"data":{"http":{"status":"success","protocol":"http","result":{}}}}`, "http"},
		{"zgrab2 http", `{"ip":"10.0.0.1","port":993,"data":{"http":{"status":"protocol-error","protocol":"http"}}}`, ""},
	}
	for _, tt := range tests {
		found, err := program(t, tt.program).Parse(strings.NewReader(tt.output))
		if err != nil {
			t.Errorf("%s: %v", tt.program, err)
			continue
		}
		if got := found.Named[netip.MustParseAddrPort("10.0.0.1:993")]; got != tt.want {
			t.Errorf("%s named it %q, want %q", tt.program, got, tt.want)
		}
	}
}

func TestReadNames(t *testing.T) {
	outputs := map[string]string{
		peer.Resolve: `{"name":"a.example","addresses":["10.0.0.1"]}` + "\n" + `{"name":"b.example","error":"no such name"}`,
		peer.ZDNS:    `{"name":"a.example","results":{"A":{"data":{"answers":[{"answer":"10.0.0.1","type":"A"}]},"status":"NOERROR"}}}` + "\n" + `{"name":"b.example","results":{"A":{"data":{},"status":"NXDOMAIN"}}}`,
		peer.DNSX:    `{"host":"a.example","a":["10.0.0.1"],"status_code":"NOERROR"}`,
	}
	for name, output := range outputs {
		found, err := program(t, name).Parse(strings.NewReader(output))
		if err != nil || len(found.Answered) != 1 || !found.Answered["a.example"] {
			t.Errorf("%s: found %v, %v", name, found, err)
		}
	}
}

// TestNonsense: what cannot be read is an error, not nothing found.
func TestNonsense(t *testing.T) {
	for _, name := range []string{peer.Connect, peer.Floor, peer.Probe, peer.Resolve, peer.ZDNS} {
		if _, err := program(t, name).Parse(strings.NewReader("{nonsense\n")); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
