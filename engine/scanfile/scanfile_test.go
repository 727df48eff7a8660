package scanfile_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanfile"
)

const whole = `# What the shop exposes.
version: 1
label: shop
targets:
  - 192.0.2.0/28
  - shop.example
exclude: [192.0.2.3]
ports: 22,80,443,53/udp
profile:
  addresses: all
  mode: connect
  rate: 1000
  host_rate: 50
  max_bytes: 5000000000
  resolvers: 192.0.2.53, 192.0.2.54:5353
fail_on: high, new:medium
expect:
  - host: shop.example
    port: 443
    service: https
    tls_min: 1.2
    owner: "@team-shop"
  - {host: 192.0.2.4, port: "22", protocol: tcp, optional: yes}
  - port: 53
    protocol: udp
`

func TestRead(t *testing.T) {
	f, err := scanfile.Read([]byte(whole), "portolan.yml")
	if err != nil {
		t.Fatal(err)
	}
	want := engine.ScanRequest{
		Label: "shop", Targets: []engine.Target{"192.0.2.0/28", "shop.example"}, Exclude: []engine.Target{"192.0.2.3"}, Ports: "22,80,443,53/udp",
		Profile: engine.Profile{Addresses: engine.AllAddresses, Mode: engine.ModeConnect, Rate: 1000, HostRate: 50, MaxBytes: 5_000_000_000, Resolvers: "192.0.2.53, 192.0.2.54:5353"},
		Expect: []engine.Expectation{
			{Host: "shop.example", Port: "443", Service: "https", TLSMin: "1.2", Owner: "@team-shop"},
			{Host: "192.0.2.4", Port: "22", Protocol: "tcp", Optional: true}, {Port: "53", Protocol: "udp"},
		},
	}
	if !reflect.DeepEqual(f.Request, want) || f.FailOn != "high, new:medium" {
		t.Errorf("got %+v and %q", f.Request, f.FailOn)
	}
	if got := f.Line("SHOP.example."); got != 6 {
		t.Errorf("shop.example is declared in line %d", got)
	}
}

// The example of the guide is a file that a scan takes.
func TestExample(t *testing.T) {
	const name = "../../examples/guides/expectations/portolan.yml"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := scanfile.Read(text, name)
	if err == nil {
		_, err = policy.Parse(f.FailOn + `, expr: owner == "@team-shop" && severity >= medium`)
	}
	if err != nil || len(f.Request.Expect) != 4 {
		t.Errorf("%d expectations, %v", len(f.Request.Expect), err)
	}
}

func TestNothingExpectedIsNotNothingDeclared(t *testing.T) {
	for text, want := range map[string]bool{"": false, "expect: []\n": true, "expect:\n": true} {
		f, err := scanfile.Read([]byte("version: 1\ntargets: [192.0.2.1]\n"+text), "f")
		if err != nil || (f.Request.Expect != nil) != want {
			t.Errorf("%q: %v, %v", text, f.Request.Expect, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]string{
		"":                          "No targets",
		"targets: [192.0.2.1]":      "f:1: version is missing",
		"version: 2":                `f:1: version is "2", this program reads 1`,
		"version: 1\ntarget: [a.b]": `f:2: there is no key "target", did you mean "targets"?`,
		"version: 1\ntargets: a.b":  "f:2: targets is a list",
		"version: 1\ntargets: [a, b]\nports: [22]":                             "f:3: a text is wanted here",
		"version: 1\ntargets:\n  - a.b\n  - http://c.d":                        "f:4: target",
		"version: 1\ntargets: [a.b]\nports: ssh":                               "f:3: ports",
		"version: 1\ntargets: [a.b]\nprofile:\n  rate: fast":                   `f:4: "fast" is not a whole number`,
		"version: 1\ntargets: [a.b]\nprofile:\n  mode: quick":                  `f:4: mode is "quick"`,
		"version: 1\ntargets: [a.b]\nexpect:\n- port: 80\n- prot: 81":          `f:5: there is no key "prot", did you mean "port"?`,
		"version: 1\ntargets: [a.b]\nexpect:\n- port: 80\n- host: a.b":         "f:5: the port is missing",
		"version: 1\ntargets: [a.b]\nexpect:\n- {port: 80, optional: perhaps}": `f:4: "perhaps" is neither true nor false`,
		"version: 1\ntargets: [a.b]\nexpect:\n- host: c.d\n  port: 80":         "f:4: the scan does not look at c.d",
		"version: 1\n---\nversion: 1":                                          "f:2: a second document",
		"version: 1\n\tx":                                                      "f:2: found a tab",
	}
	for text, says := range tests {
		if _, err := scanfile.Read([]byte(text), "f"); engine.KindOf(err) != engine.Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want …%s…", text, err, says)
		}
	}
}

// FuzzRead: whatever a file holds, the answer is a request that is valid or a mistake.
func FuzzRead(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("version: 1\ntargets: &a [*a]\n"))
	f.Add([]byte("version: 1\n? {a: b}\n: c\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := scanfile.Read(data, "f")
		if err == nil {
			err = file.Request.Validate()
		} else if engine.KindOf(err) == engine.Invalid {
			return
		}
		if err != nil {
			t.Errorf("%q: %v", data, err)
		}
	})
}
