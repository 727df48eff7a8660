package report_test

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

func render(t testing.TB, format string, r report.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, format, r); err != nil {
		t.Fatalf("Write %s: %v", format, err)
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	colored, narrow, clean := sample(), compared(), withFindings()
	colored.Terminal.Color = true
	narrow.Terminal.Width = 60
	clean.Ports = nil
	type golden struct {
		file, format string
		report       report.Report
	}
	tests := []golden{{"sample-color.txt", "table", colored}, {"sample-narrow.txt", "table", narrow}}
	for _, format := range report.Formats() {
		extension := map[string]string{"table": "txt", "markdown": "md", "junit": "xml"}[format]
		extension = cmp.Or(extension, format)
		tests = append(tests, golden{"sample." + extension, format, sample()}, golden{"compared." + extension, format, compared()}, golden{"clean." + extension, format, clean})
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			compareGolden(t, test.file, render(t, test.format, test.report))
		})
	}
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and look at the difference. Got:\n%s", file, got)
	}
}

// TestSameReportSameBytes shuffles what has no order.
func TestSameReportSameBytes(t *testing.T) {
	for _, format := range report.Formats() {
		a, b := compared(), compared()
		slices.Reverse(b.Assessment.Active)
		slices.Reverse(b.Assessment.Fixed)
		slices.Reverse(b.Ports)
		if render(t, format, a) != render(t, format, b) {
			t.Errorf("%s depends on the order of findings or ports", format)
		}
	}
}

func TestWriteLeavesItsInputAlone(t *testing.T) {
	r := sample()
	first := r.Assessment.Active[0].Finding.Rule
	for _, format := range report.Formats() {
		render(t, format, r)
	}
	if r.Assessment.Active[0].Finding.Rule != first {
		t.Error("Write sorted the caller's findings")
	}
}

func TestUnknownFormat(t *testing.T) {
	var out bytes.Buffer
	err := report.Write(&out, "pdf", sample())
	var e *engine.Error
	if !errors.As(err, &e) || e.Kind != engine.Invalid || e.Field != "format" || !strings.Contains(e.Hint, "sarif") || out.Len() > 0 {
		t.Errorf("Write pdf: %v, %d bytes", err, out.Len())
	}
}

func TestWriterFails(t *testing.T) {
	for _, format := range report.Formats() {
		if err := report.Write(brokenWriter{}, format, sample()); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v, want the writer's error", format, err)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestIncompleteIsSaid: a scan that did not finish must not look clean.
func TestIncompleteIsSaid(t *testing.T) {
	r := withFindings()
	r.Scan.Summary.TasksFailed = 2
	if text := render(t, "table", r); !strings.Contains(text, "INCOMPLETE") || !strings.Contains(text, "2 parts") {
		t.Errorf("table does not say it:\n%s", text)
	}
	if text := render(t, "html", r); !strings.Contains(text, "This scan is incomplete") || !strings.Contains(text, `class="verdict incomplete"`) {
		t.Error("html does not say it")
	}
	if text := render(t, "sarif", r); !strings.Contains(text, `"executionSuccessful": false`) {
		t.Error("sarif does not say it")
	}
}
