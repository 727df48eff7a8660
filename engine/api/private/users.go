package private

import (
	"math"
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// endOfTime is when a plan ends that does not.
const endOfTime = "9999-12-31"

// userObject is the caller as the public service describes users (contract part
// 2.3). Members that mean nothing here are there, and empty: clients look them up
// without asking whether they exist.
type userObject struct {
	ID                   engine.UserID `json:"id"`
	Email                string        `json:"email"`
	FirstName            string        `json:"first_name"`
	LastName             string        `json:"last_name"`
	Profession           string        `json:"profession"`
	UsagePurpose         string        `json:"usage_purpose"`
	IsWelcomeTourPassed  bool          `json:"is_welcome_tour_passed"`
	APIKey               keyObject     `json:"api_key"`
	Plan                 planObject    `json:"plan"`
	PlanActiveUntil      string        `json:"plan_active_until"`
	NextPlan             *nextPlan     `json:"next_plan"`
	IsNextPlanPaid       bool          `json:"is_next_plan_paid"`
	SubscriptionReminder string        `json:"subscription_reminder_period"`
	ReferralCode         string        `json:"referral_code"`
	Bonuses              int           `json:"bonuses"`
	IsSocial             bool          `json:"is_authenticated_via_social"`
	ReferralUsage        int           `json:"referral_link_usage_amount"`
}

// keyObject gives the caller the key it has just sent, or a new one; the engine keeps
// only its hash.
type keyObject struct {
	Key       string  `json:"customer_api_key"`
	NextCoins *string `json:"next_time_coins_will_be_updated"`
}

type planObject struct {
	ID                 int             `json:"id"`
	Name               string          `json:"name"`
	ActiveUntil        string          `json:"active_until"`
	DownloadLimit      int64           `json:"limit_per_one_download"`
	Coins              int64           `json:"coins"`
	IsFree             bool            `json:"is_free"`
	SubscriptionPeriod string          `json:"subscription_period"`
	Exclude            excludedResults `json:"exclude_from_results"`
}

// nextPlan is the plan that follows; nobody has one.
type nextPlan struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// excludedResults are the fields a plan withholds, by collection: none.
type excludedResults struct {
	Certs        []string `json:"certs"`
	Domains      []string `json:"domains"`
	HostIP       []string `json:"host_ip"`
	WhoisIP      []string `json:"whois_ip"`
	Responses    []string `json:"responses"`
	HostDomain   []string `json:"host_domain"`
	WhoisDomains []string `json:"whois_domains"`
}

func (d *dialect) currentUser(call *api.Call) error { return d.answerUser(call, call.Caller) }

func (d *dialect) answerUser(call *api.Call, user engine.User) error {
	account, err := d.control.Account(call.Context(), user)
	if err != nil {
		return err
	}
	return call.Answer(userObject{
		ID: user.ID, Email: user.Email, FirstName: user.FirstName, LastName: user.LastName,
		IsWelcomeTourPassed: true, APIKey: keyObject{Key: call.Key, NextCoins: perhaps(account.NextCoins)},
		Plan: describePlan(account.Plan), PlanActiveUntil: endOfTime, SubscriptionReminder: "2",
	})
}

func describePlan(plan engine.Plan) planObject {
	download := plan.Download
	if download == engine.Unlimited {
		download = math.MaxInt32 // a number that clients compare sizes with
	}
	return planObject{
		ID: plan.ID, Name: plan.Name, ActiveUntil: endOfTime, DownloadLimit: download, Coins: engine.Unlimited, IsFree: plan.Free,
		Exclude: excludedResults{
			Certs: []string{}, Domains: []string{}, HostIP: []string{}, WhoisIP: []string{},
			Responses: []string{}, HostDomain: []string{}, WhoisDomains: []string{},
		},
	}
}

// perhaps is a text that may be missing: null where it is empty.
func perhaps(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// changeUser changes what the caller is called, and nothing else.
func (d *dialect) changeUser(call *api.Call) error {
	body, err := call.Body()
	if err != nil {
		return err
	}
	first, err := body.Text("first_name")
	if err != nil {
		return err
	}
	last, err := body.Text("last_name")
	if err != nil {
		return err
	}
	if first == "" && last == "" {
		return missing("first_name", `write {"first_name": "Ann", "last_name": "Lee"}, or one of them; nothing else can be changed here`)
	}
	user, err := d.control.ChangeUser(call.Context(), call.Caller.Email, func(user *engine.User) error {
		if first != "" {
			user.FirstName = first
		}
		if last != "" {
			user.LastName = last
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.answerUser(call, user)
}

// resetKey gives the caller another key. HEAD counts as GET everywhere, but whoever
// sends it would not see the new key.
func (d *dialect) resetKey(call *api.Call) error {
	if call.Request.Method == http.MethodHead {
		return invalid("", "HEAD would throw the new key away", "use POST")
	}
	account, err := d.control.Account(call.Context(), call.Caller)
	if err != nil {
		return err
	}
	key, err := d.control.ResetKey(call.Context(), call.Key)
	if err != nil {
		return err
	}
	return call.Answer(keyObject{Key: key, NextCoins: perhaps(account.NextCoins)})
}

// countersObject is what is left to the caller; [engine.Unlimited] is without limit.
type countersObject struct {
	Requests  requestCounter  `json:"requests_left"`
	Coins     coinCounter     `json:"coins"`
	ScanCoins scanCoinCounter `json:"scan_coins"`
}

type requestCounter struct {
	Remained int64   `json:"remained"`
	Limit    int64   `json:"limit"`
	Updated  *string `json:"will_be_updated"`
}

// coinCounter is about coins for searches, which cost nothing here.
type coinCounter struct {
	Spent    int64   `json:"total_coins_spent"`
	Left     int64   `json:"left"`
	OfPlan   int64   `json:"plan_coins_amount"`
	NextTime *string `json:"next_time_coins_will_be_updated"`
}

// scanCoinCounter: what is left and what is reserved and spent add up to the plan's
// amount.
type scanCoinCounter struct {
	OfPlan   int64   `json:"plan_scan_coins_amount"`
	Left     int64   `json:"left"`
	Reserved int64   `json:"reserved_coins"`
	Spent    int64   `json:"spent_coins"`                     // of our own
	NextTime *string `json:"next_time_coins_will_be_updated"` // of our own
}

func (d *dialect) profileData(call *api.Call) error {
	account, err := d.control.Account(call.Context(), call.Caller)
	if err != nil {
		return err
	}
	return call.Answer(countersObject{
		Requests: requestCounter{
			Remained: left(account.Plan.RequestsPerDay, account.RequestsToday),
			Limit:    account.Plan.RequestsPerDay, Updated: perhaps(account.NextDay),
		},
		Coins:     coinCounter{Left: engine.Unlimited, OfPlan: engine.Unlimited},
		ScanCoins: scanCoins(account),
	})
}

func scanCoins(account control.Account) scanCoinCounter {
	return scanCoinCounter{
		OfPlan: account.Plan.ScanCoins, Left: left(account.Plan.ScanCoins, account.Coins.Reserved+account.Coins.Taken),
		Reserved: account.Coins.Reserved, Spent: account.Coins.Taken, NextTime: perhaps(account.NextCoins),
	}
}

// left is what remains of a limit; a plan that became smaller leaves nothing, not less.
func left(limit, used int64) int64 {
	if limit == engine.Unlimited {
		return engine.Unlimited
	}
	return max(0, limit-used)
}
