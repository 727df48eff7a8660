package client

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// About describes the engine.
func (c *Client) About(ctx context.Context) (about engine.About, err error) {
	err = c.call(ctx, get("/api/engine/", nil), &about)
	return about, err
}

// Checks describes everything that the engine looks for, by id.
func (c *Client) Checks(ctx context.Context) (checks []engine.Rule, err error) {
	err = c.call(ctx, get("/api/checks/", nil), &checks)
	return checks, err
}

// Account is what the key's owner may do and has done; limits of [engine.Unlimited] are
// none.
type Account struct {
	User engine.Owner `json:"user"`
	Plan struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
		Free bool   `json:"is_free"`
	} `json:"plan"`
	Limits map[string]int64 `json:"limits"` // by name: "targets_per_scan"
	Usage  struct {
		StoredScans   int64  `json:"stored_scans"`
		CoinsReserved int64  `json:"coins_reserved"`
		CoinsSpent    int64  `json:"coins_spent"`
		NextCoins     string `json:"next_coins_date"` // 2006-01-02; "" if never
		RequestsToday int64  `json:"requests_today"`
	} `json:"usage"`
}

// Account gives what the key's owner may do and has done.
func (c *Client) Account(ctx context.Context) (account Account, err error) {
	err = c.call(ctx, get("/api/account/", nil), &account)
	return account, err
}

// CurrentUser gives the owner of the key.
func (c *Client) CurrentUser(ctx context.Context) (owner engine.Owner, err error) {
	err = c.call(ctx, get("/api/users/current/", nil), &owner)
	return owner, err
}

// Counters are what the key's owner may do, and has left; [engine.Unlimited] is without
// limit.
type Counters struct {
	Requests  RequestCounter  `json:"requests_left"`
	ScanCoins ScanCoinCounter `json:"scan_coins"`
}

// RequestCounter is about the requests of a day (UTC).
type RequestCounter struct {
	Left  int64 `json:"remained"`
	Limit int64 `json:"limit"`
}

// ScanCoinCounter is about the coins of a month (UTC): one for each address or name that
// is scanned.
type ScanCoinCounter struct {
	OfPlan   int64  `json:"plan_scan_coins_amount"`
	Left     int64  `json:"left"`
	Reserved int64  `json:"reserved_coins"` // by scans that have not ended
	Spent    int64  `json:"spent_coins"`
	NextDate string `json:"next_time_coins_will_be_updated"` // 2006-01-02; "" if never
}

// Counters gives what the key's owner has left.
func (c *Client) Counters(ctx context.Context) (counters Counters, err error) {
	err = c.call(ctx, get("/api/users/profile_data/", nil), &counters)
	return counters, err
}
