package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
)

// childFolder names, in the environment of a child process, the folder it
// appends to; childName tells children apart and childReports says how often it
// reports.
const (
	childFolder  = "PORTOLAN_TEST_INDEX_CHILD"
	childName    = "PORTOLAN_TEST_INDEX_NAME"
	childReports = "PORTOLAN_TEST_INDEX_REPORTS"
)

// batch is how many documents, findings and ports a child puts in one report.
const batch = 20

func TestMain(m *testing.M) {
	dir := os.Getenv(childFolder)
	if dir == "" {
		m.Run()
		return
	}
	if err := appendReports(context.Background(), dir); err != nil {
		panic(err)
	}
}

// appendReports is what a child process does: it says a line after each report that
// is committed.
func appendReports(ctx context.Context, dir string) error {
	shelf, err := sqlite.Open(dir)
	if err != nil {
		return err
	}
	ix, err := shelf.Create(ctx, 1)
	if err != nil {
		return err
	}
	reports, err := strconv.Atoi(os.Getenv(childReports))
	if err != nil {
		return err
	}
	for n := range reports {
		if err := ix.Append(ctx, childReport(os.Getenv(childName), n)); err != nil {
			return err
		}
		fmt.Println(n)
	}
	return shelf.Close()
}

func childReport(name string, n int) (report engine.Report) {
	for i := range batch {
		host := fmt.Sprintf("%s-%d-%d.example.com", name, n, i)
		response := document(host, fmt.Sprintf("Page %d of the %s", i, name), 200+n%5)
		report.Responses = append(report.Responses, response)
		report.Findings = append(report.Findings, engine.Finding{Fingerprint: host, Rule: "a.rule", Severity: engine.Low, Host: host})
	}
	return report
}

// document gives a response of about 1 KB.
func document(host, title string, status int) engine.Response {
	at := time.Date(2025, 3, 21, 0, 0, len(host), status*1e6, time.UTC)
	r := engine.NewResponse(engine.Endpoint{Port: 443, Transport: engine.TCP, Target: engine.Target(host), Name: host}, "http", "https", "/", at)
	r.IP = fmt.Sprintf("10.%d.%d.%d", len(host), status%256, len(title))
	r.Blocks = map[string]any{
		"http": map[string]any{
			"title": title, "status_code": status, "body_sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
			"body":    "<html><body>Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt " + title + "</body></html>",
			"headers": map[string]any{"server": []string{"nginx/1.25"}, "content_type": []string{"text/html; charset=utf-8"}, "x_powered_by": []string{"PHP/8.2"}},
		},
		"certificate": map[string]any{"names": []string{host, "*.example.com"}, "validity": map[string]any{"end": "2026-01-01T00:00:00Z"}, "subject": map[string]any{"common_name": []string{host}}},
		"geo":         map[string]any{"country": "DE", "city": "Berlin"},
	}
	return r
}
