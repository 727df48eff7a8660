package report_test

import (
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

func TestPorts(t *testing.T) {
	got := samplePorts()
	want := []report.Port{
		{Host: "192.0.2.10", IP: "192.0.2.10", Port: 22, Transport: "tcp", Protocol: "ssh", Product: "OpenSSH", Version: "9.2p1", URI: "ssh://192.0.2.10:22"},
		{Host: "192.0.2.10", IP: "192.0.2.10", Port: 6379, Transport: "tcp", Protocol: "redis", Product: "Redis", Version: "7.2.4", URI: "redis://192.0.2.10:6379"},
		{Host: "192.0.2.10", IP: "192.0.2.10", Port: 9999, Transport: "tcp"},
		{Host: "2001:db8::5", IP: "2001:db8::5", Port: 443, Transport: "tcp", Protocol: "https", URI: "https://[2001:db8::5]:443/"},
		{Host: "shop.example.com", IP: "192.0.2.80", Port: 443, Transport: "tcp", Protocol: "https", Product: "nginx", Version: "1.24.0", URI: "https://shop.example.com:443/"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("row %d is\n%+v, want\n%+v", i, got[i], want[i])
		}
	}
}

// TestPortsOfNames: most protocols carry no name, so their documents speak of the
// address, while the endpoint was found by its name.
func TestPortsOfNames(t *testing.T) {
	named := endpoint("192.0.2.80", "shop.example.com", 22)
	address := named
	address.Name = ""
	ssh := engine.NewResponse(address, "ssh", "ssh", "", sampleTime())
	got := report.Ports([]engine.Endpoint{named}, []engine.Response{ssh})
	if len(got) != 1 || got[0].Host != "shop.example.com" || got[0].Protocol != "ssh" {
		t.Errorf("%+v, want one row that joins both", got)
	}
}

// TestPortsWithoutEndpoint: a redirect leads to what was not scanned.
func TestPortsWithoutEndpoint(t *testing.T) {
	elsewhere := engine.NewResponse(endpoint("192.0.2.99", "www.example.com", 80), "http", "http", "/", sampleTime())
	got := report.Ports(nil, []engine.Response{elsewhere})
	if len(got) != 1 || got[0].Host != "www.example.com" || got[0].Protocol != "http" {
		t.Errorf("%+v, want a row of its own", got)
	}
	if got := report.Ports(nil, nil); got == nil || len(got) != 0 {
		t.Errorf("%#v, want an empty list that is not nil", got)
	}
}

// TestPortsProducts reads what services say of themselves, typed or read back from JSON.
func TestPortsProducts(t *testing.T) {
	tests := []struct {
		blocks           map[string]any
		product, version string
	}{
		{map[string]any{"http": map[string]any{"headers": map[string][]string{"server": {"Apache"}}}}, "Apache", ""},
		{map[string]any{"http": map[string]any{"headers": map[string][]string{"server": {"Apache/2.4.57 (Debian) PHP/8.2"}}}}, "Apache", "2.4.57"},
		{map[string]any{"ssh": struct {
			ServerID map[string]string `json:"server_id"`
		}{map[string]string{"software": "dropbear_2022.83"}}}, "dropbear", "2022.83"},
		{map[string]any{"redis": map[string]any{"version": "7.0.15"}}, "Redis", "7.0.15"},
		{map[string]any{"http": map[string]any{"headers": map[string]any{"server": 7}}}, "", ""},
		{nil, "", ""},
	}
	for _, test := range tests {
		d := engine.NewResponse(endpoint("192.0.2.1", "", 80), "http", "http", "/", sampleTime())
		d.Blocks = test.blocks
		got := report.Ports(nil, []engine.Response{d})[0]
		if got.Product != test.product || got.Version != test.version {
			t.Errorf("%v gives %q %q, want %q %q", test.blocks, got.Product, got.Version, test.product, test.version)
		}
	}
}

// The document of a domain is about no port, and a finding on it is at the name.
func TestPortsOfDomain(t *testing.T) {
	if ports := report.Ports(nil, []engine.Response{engine.NewDomainResponse("example.com", time.Now())}); len(ports) != 0 {
		t.Errorf("a name has ports: %v", ports)
	}
}
