package provider_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// BenchmarkAccQuickstart is what a newcomer waits for: the whole terraform apply of
// the quickstart on an empty data folder, with six flawed services on loopback.
func BenchmarkAccQuickstart(b *testing.B) {
	ports, main := openZoo(b), readExample(b, "quickstart/main.tf")
	for b.Loop() {
		w := newWorkspace(b, "")
		w.write("main.tf", main)
		w.env = append(w.env, "PORTOLAN_DATA_DIR="+b.TempDir(), "TF_VAR_ports="+ports)
		w.must("apply", "-auto-approve")
	}
}

// BenchmarkAccParallelWorkspaces is six workspaces with four scans each, applied at
// once on one data folder.
func BenchmarkAccParallelWorkspaces(b *testing.B) {
	ports := openZoo(b)
	for b.Loop() {
		config := embeddedBlock(b.TempDir()) + fmt.Sprintf("resource \"portolan_scan\" \"bench\" {\n  count = 4\n  targets = [\"127.0.0.1\"]\n  ports = %q\n}\n", ports)
		var applies []*command
		for range 6 {
			applies = append(applies, newWorkspace(b, config).start("apply", "-auto-approve", "-no-color"))
		}
		for _, apply := range applies {
			if out, code := apply.wait(); code != 0 {
				b.Fatalf("apply ended with %d:\n%s", code, out)
			}
		}
	}
}

func openZoo(b *testing.B) string {
	b.Helper()
	terraformPath(b) // skips without a CLI
	return enginetest.Services(b).Ports()
}
