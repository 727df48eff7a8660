package engine

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// Unlimited as a limit of a [Plan] means that there is none.
const Unlimited = -1

// Titles of the limits of a plan that clients of the public API know (contract part 1.1).
const (
	TitleNoScanner   = "Tool is not available for current subscription plan"
	TitleStoredScans = "Max number of stored scans exceeded"
	TitleTargets     = "Max number of targets per scan exceeded"
	TitleCoins       = "Not enough scan coins"
	TitleAnswerSize  = "Pricing Plan Limit Exceeded" // HTTP 402
	TitleNotInPlan   = "Current subscription plan does not allow making this request"
)

// Plan says how much a user may do. Limits of [Unlimited] do not apply, and 0 is
// none at all.
type Plan struct {
	ID      int
	Name    string // unique, whatever its case
	Free    bool
	Scanner bool // scans at all

	StoredScans    int64 // scans kept at the same time
	TargetsPerScan int64 // addresses and domains in one scan, CIDRs by their size
	ScansAtOnce    int64 // scans that run at the same time
	ScanCoins      int64 // a month, see [Coins]

	RequestsPerDay               int64
	RequestsPerMinute            int64
	CertificateRequestsPerMinute int64 // search and count of certificates, which do not count against the others

	Download    int64 // documents in one download
	Results     int64 // documents that a search pages through
	PaidFilters bool  // queries may ask for CVEs and tags
}

// SelfHosted is the plan of somebody who runs the engine themselves: without limits.
func SelfHosted() Plan {
	return Plan{
		ID: 1, Name: "self-hosted", Free: true, Scanner: true, PaidFilters: true,
		StoredScans: Unlimited, TargetsPerScan: Unlimited, ScansAtOnce: Unlimited, ScanCoins: Unlimited,
		RequestsPerDay: Unlimited, RequestsPerMinute: Unlimited, CertificateRequestsPerMinute: Unlimited,
		Download: Unlimited, Results: Unlimited,
	}
}

// Usage is what counts against a plan when a scan is asked for.
type Usage struct {
	StoredScans int64
	Coins       CoinSums // of this month
	Now         time.Time
}

// Admit reports the limit a new scan would break, as a [Limit] [Error] with the
// limit, the current figure and what to do, or nil.
func (p Plan) Admit(r ScanRequest, u Usage) error {
	n := AddressCount(r.Targets)
	if !p.Scanner {
		return p.limit(TitleNoScanner, "", fmt.Sprintf("the plan %s has no scanner", p.Name), "change to a plan that has one", 0, 0)
	}
	if exceeds(n, p.TargetsPerScan) {
		return p.limit(TitleTargets, widestTarget(r.Targets),
			fmt.Sprintf("the targets stand for %d addresses, the plan %s allows %d in one scan", n, p.Name, p.TargetsPerScan),
			"scan smaller ranges, or split the targets over several scans", p.TargetsPerScan, n)
	}
	if err := p.AdmitStored(u.StoredScans); err != nil {
		return err
	}
	return p.admitCoins(n, u)
}

// AdmitStored reports that stored scans leave no room for one more.
func (p Plan) AdmitStored(stored int64) error {
	if !exceeds(stored+1, p.StoredScans) {
		return nil
	}
	return p.limit(TitleStoredScans, "",
		fmt.Sprintf("%d scans are stored, the plan %s allows %d", stored, p.Name, p.StoredScans),
		"delete scans that are no longer needed", p.StoredScans, stored)
}

func (p Plan) admitCoins(price int64, u Usage) error {
	used := u.Coins.Taken + u.Coins.Reserved
	if p.ScanCoins == Unlimited || price <= p.ScanCoins-used {
		return nil
	}
	return p.limit(TitleCoins, "targets",
		fmt.Sprintf("the scan costs %d coins, %d of this month's %d are left (%d are spent, %d reserved by scans that have not ended)",
			price, max(0, p.ScanCoins-used), p.ScanCoins, u.Coins.Taken, u.Coins.Reserved),
		fmt.Sprintf("scan fewer targets, cancel a scan that has not started, or wait for new coins on %s", NextCoins(u.Now).Format(time.DateOnly)),
		p.ScanCoins, used)
}

// AdmitDownload reports a download of more documents than the plan allows in one.
func (p Plan) AdmitDownload(documents int64) error {
	if !exceeds(documents, p.Download) {
		return nil
	}
	return p.limit(TitleAnswerSize, "size",
		fmt.Sprintf("%d documents are asked for, the plan %s allows %d in one download", documents, p.Name, p.Download),
		fmt.Sprintf("ask for at most %d, or narrow the query and download in several parts", p.Download), p.Download, documents)
}

// AdmitPage reports a page of search results that begins, counted from 0, beyond
// what the plan shows.
func (p Plan) AdmitPage(start int64) error {
	if !exceeds(start+1, p.Results) {
		return nil
	}
	return p.limit(TitleAnswerSize, "start",
		fmt.Sprintf("start is %d, the plan %s shows the first %d results of a search", start, p.Name, p.Results),
		"narrow the query, or download the results", p.Results, start)
}

// paidFields are what queries may ask for with [Plan.PaidFilters] only, with all that
// is below; x stands for any name.
func paidFields() []string {
	return []string{
		"cve", "cve.name", "cve.base_score", "cve.severity", "cve.description", "cve.has_exploit", "cve.exploit_links",
		"cve.epss", "cve.kev", "cve.confidence", "cve.tag",
		"tag", "tag.name", "tag.fullname", "tag.category", "tag.description", "tag.cpe", "tag.x.version",
	}
}

// AdmitFields reports a field a query may not ask for under the plan. A * in a field
// stands for any run of characters.
func (p Plan) AdmitFields(fields []string) error {
	if p.PaidFilters {
		return nil
	}
	for _, field := range fields {
		if isPaid(field) {
			return &Error{
				Kind: Forbidden, Title: TitleNotInPlan, Field: "q",
				Detail: fmt.Sprintf("the plan %s has no filters by cve and tag, and the query asks for %s", p.Name, field),
				Hint:   "leave the field out of the query, or change to a plan with these filters",
			}
		}
	}
	return nil
}

func isPaid(field string) bool {
	top, _, _ := strings.Cut(field, ".")
	return slices.ContainsFunc(paidFields(), func(paid string) bool {
		matches, err := path.Match(field, paid)
		return top == paid || matches || err != nil // what is no pattern is nothing we index
	})
}

func (p Plan) limit(title, field, detail, hint string, limit, current int64) error {
	return &Error{Kind: Limit, Title: title, Field: field, Detail: detail, Hint: hint, Limit: limit, Current: current}
}

func exceeds(n, limit int64) bool { return limit != Unlimited && n > limit }

// widestTarget names the target that stands for the most addresses, because that
// is the one to change.
func widestTarget(targets []Target) string {
	widest := 0
	for i, t := range targets {
		if t.AddressCount() > targets[widest].AddressCount() {
			widest = i
		}
	}
	return fmt.Sprintf("targets[%d]", widest)
}
