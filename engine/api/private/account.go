package private

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// accountObject is what the caller may do and has done, all in one place: the answers of
// the public service have some of it here and some there, and not all.
type accountObject struct {
	User   engine.Owner  `json:"user"`
	Plan   accountPlan   `json:"plan"`
	Limits accountLimits `json:"limits"`
	Usage  accountUsage  `json:"usage"`
}

type accountPlan struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Free bool   `json:"is_free"`
}

// accountLimits are those of the plan; [engine.Unlimited] is none.
type accountLimits struct {
	StoredScans       int64 `json:"stored_scans"`
	TargetsPerScan    int64 `json:"targets_per_scan"`
	ScansAtOnce       int64 `json:"scans_at_once"`
	ScanCoins         int64 `json:"scan_coins"` // a month
	RequestsPerDay    int64 `json:"requests_per_day"`
	RequestsPerMinute int64 `json:"requests_per_minute"`
	Download          int64 `json:"download"` // documents in one download
}

// accountUsage is what counts against the limits.
type accountUsage struct {
	StoredScans   int64   `json:"stored_scans"`
	CoinsReserved int64   `json:"coins_reserved"` // by scans that have not ended
	CoinsSpent    int64   `json:"coins_spent"`    // this month
	NextCoins     *string `json:"next_coins_date"`
	RequestsToday int64   `json:"requests_today"` // 0 where the plan does not limit them
}

func (d *dialect) account(call *api.Call) error {
	account, err := d.control.Account(call.Context(), call.Caller)
	if err != nil {
		return err
	}
	plan := account.Plan
	return call.Answer(accountObject{
		User: call.Caller.Owner(),
		Plan: accountPlan{ID: plan.ID, Name: plan.Name, Free: plan.Free},
		Limits: accountLimits{
			StoredScans: plan.StoredScans, TargetsPerScan: plan.TargetsPerScan, ScansAtOnce: plan.ScansAtOnce, ScanCoins: plan.ScanCoins,
			RequestsPerDay: plan.RequestsPerDay, RequestsPerMinute: plan.RequestsPerMinute, Download: plan.Download,
		},
		Usage: accountUsage{
			StoredScans: account.StoredScans, CoinsReserved: account.Coins.Reserved, CoinsSpent: account.Coins.Taken,
			NextCoins: perhaps(account.NextCoins), RequestsToday: account.RequestsToday,
		},
	})
}
