package engine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// wantLimit fails unless err is a limit with this title and these figures, and says
// what to do.
func wantLimit(t *testing.T, err error, title, field string, limit, current int64) {
	t.Helper()
	var e *engine.Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: the error is %v", title, err)
	}
	if e.Kind != engine.Limit || e.Title != title || e.Field != field || e.Limit != limit || e.Current != current || e.Hint == "" {
		t.Errorf("refused with %+v, want %s about %q, %d of %d and a hint", e, title, field, current, limit)
	}
}

func TestPlanAdmit(t *testing.T) {
	plan := engine.Plan{Name: "small", Scanner: true, StoredScans: 2, TargetsPerScan: 4, ScanCoins: 10}
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1", "192.0.2.0/30"}}
	wantLimit(t, plan.Admit(request, engine.Usage{}), "Max number of targets per scan exceeded", "targets[1]", 4, 5)
	request.Targets = []engine.Target{"192.0.2.0/31", "example.com"}
	usage := engine.Usage{StoredScans: 1, Coins: engine.CoinSums{Reserved: 3, Taken: 4}, Now: time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)}
	if err := plan.Admit(request, usage); err != nil {
		t.Errorf("two of two scans with ten of ten coins: %v", err)
	}
	usage.StoredScans = 2
	wantLimit(t, plan.Admit(request, usage), "Max number of stored scans exceeded", "", 2, 2)
	usage.StoredScans, usage.Coins.Reserved = 0, 4
	err := plan.Admit(request, usage)
	wantLimit(t, err, "Not enough scan coins", "targets", 10, 8)
	if !strings.Contains(err.Error(), "2027-01-01") {
		t.Errorf("it is not said when there are coins again: %v", err)
	}
	plan.Scanner = false
	wantLimit(t, plan.Admit(request, engine.Usage{}), "Tool is not available for current subscription plan", "", 0, 0)
}

func TestPlanAdmitsAnswers(t *testing.T) {
	plan := engine.Plan{Name: "small", Download: 200, Results: 40}
	wantLimit(t, plan.AdmitDownload(201), "Pricing Plan Limit Exceeded", "size", 200, 201)
	wantLimit(t, plan.AdmitPage(40), "Pricing Plan Limit Exceeded", "start", 40, 40)
	if err := errors.Join(plan.AdmitDownload(200), plan.AdmitPage(39), plan.AdmitFields([]string{"port", "tagged", "http.title", "*.banner", "", "http.*"})); err != nil {
		t.Error(err)
	}
	for _, field := range []string{"cve", "cve.name", "tag.nginx.version", "*", "*.name", "c*", "*ve.severity", "*.version"} {
		if err := plan.AdmitFields([]string{"port", field}); engine.KindOf(err) != engine.Forbidden || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestSelfHostedHasNoLimits(t *testing.T) {
	plan := engine.SelfHosted()
	request := engine.ScanRequest{Targets: []engine.Target{"10.0.0.0/8"}}
	err := errors.Join(
		request.Validate(), plan.Admit(request, engine.Usage{StoredScans: 1e9, Coins: engine.CoinSums{Taken: 1e15}}),
		plan.AdmitDownload(1e15), plan.AdmitPage(9980), plan.AdmitFields([]string{"cve.name"}),
	)
	if err != nil {
		t.Error(err)
	}
}

// TestReach: what no plan lifts. Nobody sees the end of a scan of more addresses.
func TestReach(t *testing.T) {
	if err := (engine.ScanRequest{Targets: []engine.Target{"0.0.0.0/0"}}).Validate(); err != nil {
		t.Errorf("all of IPv4: %v", err)
	}
	err := (engine.ScanRequest{Targets: []engine.Target{"192.0.2.1", "0.0.0.0/0"}}).Validate()
	wantLimit(t, err, "Max number of targets per scan exceeded", "targets[1]", 1<<32, 1<<32+1)
	if engine.KindOf((engine.ScanRequest{Targets: []engine.Target{"2001:db8::/64"}}).Validate()) != engine.Limit {
		t.Error("an IPv6 subnet was accepted")
	}
}

// TestPublicPlans are those of the public service (contract part 2.3).
func TestPublicPlans(t *testing.T) {
	plans := engine.DefaultPlans()
	for name, want := range map[string]struct {
		targets, day int64
		scanner, cve bool
	}{
		"community":  {0, 50, false, false},
		"Freelancer": {512, 1_000, true, false},
		"BUSINESS":   {4_096, 10_000, true, true},
		"corporate":  {32_768, engine.Unlimited, true, true},
		"Enterprise": {65_536, engine.Unlimited, true, true},
	} {
		plan, err := plans.Named(name)
		if err != nil || plan.TargetsPerScan != want.targets || plan.RequestsPerDay != want.day || plan.Scanner != want.scanner || plan.PaidFilters != want.cve || plan.RequestsPerMinute != 60 || plan.CertificateRequestsPerMinute != 3 {
			t.Errorf("%s is %+v (%v)", name, plan, err)
		}
	}
	ids := map[int]bool{}
	for _, plan := range plans.With(engine.Plan{Name: "own"}).With(engine.Plan{Name: "OWN", Download: 5}) {
		if ids[plan.ID] || plan.ID == 0 {
			t.Errorf("plan %s has the id %d", plan.Name, plan.ID)
		}
		ids[plan.ID] = true
	}
	if len(ids) != len(plans)+1 {
		t.Errorf("%d plans, want one more than %d", len(ids), len(plans))
	}
	if _, err := plans.Named("gold"); engine.KindOf(err) != engine.NotFound || !strings.Contains(err.Error(), "Freelancer") {
		t.Errorf("an unknown plan: %v", err)
	}
}

func TestTaskSize(t *testing.T) {
	for target, want := range map[engine.Target]int64{"192.0.2.1": 32, "10.0.0.0/13": 32, "10.0.0.0/12": 64, "10.0.0.0/8": 1024} {
		targets := []engine.Target{target}
		if got := engine.TaskSize(targets); got != want {
			t.Errorf("a task of %s holds %d addresses, want %d", target, got, want)
		}
	}
	tasks := engine.SplitTasks(engine.Scan{Targets: []engine.Target{"10.0.0.0/12"}}, engine.TaskSize([]engine.Target{"10.0.0.0/12"}))
	if len(tasks) != 16_384 {
		t.Errorf("a /12 is %d tasks", len(tasks))
	}
}
