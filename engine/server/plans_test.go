package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

func writePlans(t testing.TB, dir, text string) string {
	t.Helper()
	file := filepath.Join(dir, server.PlansFile)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPlansFile(t *testing.T) {
	dir := t.TempDir()
	for text, form := range map[string]string{
		"plans:\n  - name: freelancer\n    targets_per_scan: 1024\n    scan_coins_per_month: unlimited\n  - name: interns\n    requests_per_minute: 10\n    cve_and_tag_filters: false\n": "YAML",
		`{"plans":[{"name":"Freelancer","targets_per_scan":1024,"scan_coins_per_month":-1},{"name":"interns","requests_per_minute":10,"cve_and_tag_filters":false}]}`:                     "JSON",
	} {
		plans, err := server.ReadPlans(writePlans(t, dir, text), "")
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		freelancer, _ := plans.Named("Freelancer")
		if freelancer.TargetsPerScan != 1024 || freelancer.ScanCoins != engine.Unlimited || freelancer.RequestsPerDay != 1000 || freelancer.ID != 3 {
			t.Errorf("%s: changed to %+v", form, freelancer)
		}
		interns, err := plans.Named("interns")
		if err != nil || interns.RequestsPerMinute != 10 || interns.PaidFilters || interns.StoredScans != engine.Unlimited || !interns.Scanner || interns.ID != 7 {
			t.Errorf("%s: the new plan is %+v (%v)", form, interns, err)
		}
		if self, err := plans.Named("self-hosted"); err != nil || self != engine.SelfHosted() {
			t.Errorf("%s: self-hosted is %+v (%v)", form, self, err)
		}
	}
}

func TestPlansOfTheDataFolder(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		plans, err := server.ReadPlans("", dir)
		if err != nil || len(plans) != len(engine.DefaultPlans()) {
			t.Errorf("%d plans, %v", len(plans), err)
		}
		writePlans(t, dir, "# none of our own\n")
	}
	writePlans(t, dir, "plans: [{name: own}]")
	if plans, err := server.ReadPlans("", dir); err != nil || len(plans) != len(engine.DefaultPlans())+1 {
		t.Errorf("%d plans, %v", len(plans), err)
	}
	if _, err := server.ReadPlans(filepath.Join(dir, "missing.yml"), dir); engine.KindOf(err) != engine.Invalid {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestBadPlansFiles(t *testing.T) {
	dir := t.TempDir()
	for text, words := range map[string]string{
		"plans:\n  - name: a\n    stored_scan: 5":                      `line 3: a plan has no member "stored_scan" (did you mean "stored_scans"?)`,
		"plans:\n  - name: a\n    colour: red":                         "the members are name, free",
		"plans:\n  - name: a\n    stored_scans: many":                  "a number from 0, or unlimited",
		"plans:\n  - name: a\n    stored_scans: -2":                    "a number from 0, or unlimited",
		"plans:\n  - name: a\n    stored_scans: 99999999999":           "a number from 0, or unlimited",
		"plans:\n  - name: a\n    stored_scans: [1]":                   "not a single value",
		"plans:\n  - name: a\n    scanner: maybe":                      "neither true nor false",
		"plans:\n  - name: a\n    free: true\n    free: true":          "there twice",
		"plans:\n  - name: a\n  - name: A":                             "two plans",
		"plans:\n  - scanner: true":                                    "has no name",
		"plans:\n  - a":                                                "line 2",
		"plan: []":                                                     "not a list of plans",
		"plans: {a: 1}":                                                "not a list of plans",
		"plans: []\nmore: 1":                                           "not a list of plans",
		"[]":                                                           "not a list of plans",
		"plans: [":                                                     "write YAML or JSON",
		"a: &a [x]\nplans: *a":                                         "not a list of plans",
		"#" + strings.Repeat("x", 1<<20):                               "larger than",
		"plans:\n  - name: a\n    <<: {name: b}":                       `no member "<<"`,
		"plans:\n  - name: a\n    requests_per_minute: 1e3":            "no limit",
		"plans:\n  - name: a\n    certificate_requests_per_minute: ''": "no limit",
	} {
		_, err := server.ReadPlans(writePlans(t, dir, text), "")
		if engine.KindOf(err) != engine.Invalid || !strings.Contains(err.Error(), words) {
			t.Errorf("%.60q gives %v, want the words %q", text, err, words)
		}
	}
}

// FuzzPlans: no file makes the reader panic, or gives a plan without a name or number.
func FuzzPlans(f *testing.F) {
	for _, text := range []string{"plans:\n  - name: a\n    stored_scans: 5", `{"plans":[{"name":"b"}]}`, "a: &a [*a]", "plans: [{name: [x]}]", "plans: [{? {a: b} : c}]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plans, err := server.ParsePlans([]byte(text))
		for _, plan := range plans {
			if err == nil && (plan.Name == "" || plan.ID == 0) {
				t.Errorf("plan %+v", plan)
			}
		}
	})
}
