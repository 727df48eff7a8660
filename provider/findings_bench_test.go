package provider_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/provider"
)

// BenchmarkFindings20000 reads 20,000 findings through the data source, and gives the same
// to Terraform as a bare list that is there already. The bar: the first takes at most one
// and a half times as long as the second.
func BenchmarkFindings20000(b *testing.B) {
	const n = 20_000
	e := enginetest.Start(b)
	scan := missingPorts(b, e, n)
	w := onServer(b, e)
	config := object{"scan_id": strconv.Itoa(int(scan.ID)), "limit": n}
	// Some of the ports may be open on this machine.
	if got := number(b, w.data("portolan_findings", config), "total"); got < n-100 {
		b.Fatalf("%d findings, want about %d", got, n)
	}
	page, err := e.Client.Findings(b.Context(), client.FindingRequest{ScanID: scan.ID})
	if err != nil {
		b.Fatal(err)
	}
	bare := wireTo(b, providerserver.NewProtocol6(provider.BareList(page.Findings))())
	b.Run("data source", func(b *testing.B) {
		for b.Loop() {
			w.clean(w.readData("portolan_findings", config))
		}
	})
	b.Run("bare list", func(b *testing.B) {
		for b.Loop() {
			bare.clean(bare.readData("portolan_bare", object{}))
		}
	})
}

// missingPorts scans this machine for n ports that should be open and are not: each is a
// finding.
func missingPorts(b *testing.B, e *enginetest.Engine, n int) engine.Scan {
	b.Helper()
	ports := make([]string, n)
	for i := range ports {
		ports[i] = strconv.Itoa(i + 1)
	}
	scan, err := e.Client.CreateScan(b.Context(), engine.ScanRequest{
		Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports("1-" + strconv.Itoa(n)),
		Expect: []engine.Expectation{{Host: "127.0.0.1", Port: engine.Ports(strings.Join(ports, ","))}},
	})
	if err == nil {
		scan, err = e.Client.Wait(b.Context(), scan.ID, nil)
	}
	if err != nil {
		b.Fatal(err)
	}
	return scan
}
