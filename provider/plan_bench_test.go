package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// What people wait for most often is a plan. The bars, for a whole command: 2 s for a
// thousand targets, 5 s for 16,000 in a file, 3 s for a hundred scans without a change.

func BenchmarkAccPlanThousandTargets(b *testing.B) {
	quoted := make([]string, 1000)
	for i, target := range manyTargets(len(quoted)) {
		quoted[i] = fmt.Sprintf("%q", target)
	}
	w := newWorkspace(b, "resource \"portolan_scan\" \"bench\" {\n  targets = ["+strings.Join(quoted, ", ")+"]\n}\n")
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+b.TempDir())
	for b.Loop() {
		w.must("plan")
	}
}

func BenchmarkAccPlanTargetsFile(b *testing.B) {
	w := newWorkspace(b, "resource \"portolan_scan\" \"bench\" {\n  targets_file = \"targets.txt\"\n}\n")
	w.write("targets.txt", strings.Join(manyTargets(16_000), "\n"))
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+b.TempDir())
	for b.Loop() {
		w.must("plan")
	}
}

func BenchmarkAccPlanHundredScans(b *testing.B) {
	terraformPath(b) // skips without a CLI
	e, zoo := enginetest.Start(b), enginetest.Services(b)
	w := newWorkspace(b, serverBlock(e)+fmt.Sprintf("resource \"portolan_scan\" \"bench\" {\n  count = 100\n  targets = [\"127.0.0.1\"]\n  ports = \"%d\"\n}\n", zoo.Services[0].Port))
	w.must("apply", "-auto-approve")
	for b.Loop() {
		if out, code := w.run("plan", "-detailed-exitcode"); code != 0 {
			b.Fatalf("the plan is not empty:\n%s", out)
		}
	}
}
