package scanfile_test

import (
	"reflect"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanfile"
)

func written() engine.ScanRequest {
	return engine.ScanRequest{
		Targets: []engine.Target{"192.0.2.0/28", "shop.example"}, Exclude: []engine.Target{"192.0.2.3"}, Ports: "22,443,53/udp",
		Expect: []engine.Expectation{
			{Host: "shop.example", Port: "443", Service: "https", TLSMin: "1.2", Owner: "@team ${shop}"},
			{Host: "192.0.2.4", Port: "53", Protocol: "udp", Optional: true}, {Port: "8000-8010"},
		},
	}
}

func TestYAMLIsReadAgain(t *testing.T) {
	for name, r := range map[string]engine.ScanRequest{"whole": written(), "nothing open": {Targets: []engine.Target{"192.0.2.1"}, Expect: []engine.Expectation{}}} {
		text, err := scanfile.YAML(r)
		if err != nil {
			t.Fatal(err)
		}
		f, err := scanfile.Read(text, "f")
		if err != nil || !reflect.DeepEqual(f.Request, r) {
			t.Errorf("%s: %+v, %v, of\n%s", name, f.Request, err, text)
		}
	}
}

func TestHCL(t *testing.T) {
	const want = `resource "portolan_scan" "edge" {
  targets = ["192.0.2.0/28", "shop.example"]
  exclude = ["192.0.2.3"]
  ports   = "22,443,53/udp"

  expect = [
    { host = "shop.example", port = "443", service = "https", tls_min = "1.2", owner = "@team $${shop}" },
    { host = "192.0.2.4", port = "53", protocol = "udp", optional = true },
    { port = "8000-8010" },
  ]
}
`
	if got := string(scanfile.HCL(written(), "edge")); got != want {
		t.Errorf("got\n%s", got)
	}
}
