package private

import (
	"math"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
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

// keyObject gives the caller the key it has just sent; the engine keeps only its hash.
type keyObject struct {
	Key       string  `json:"customer_api_key"`
	NextCoins *string `json:"next_time_coins_will_be_updated"`
}

type planObject struct {
	ID                 int             `json:"id"`
	Name               string          `json:"name"`
	ActiveUntil        string          `json:"active_until"`
	DownloadLimit      int             `json:"limit_per_one_download"`
	Coins              int             `json:"coins"`
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

func (d *dialect) currentUser(call *api.Call) error {
	user := call.Caller
	return call.Answer(userObject{
		ID: user.ID, Email: user.Email, FirstName: user.FirstName, LastName: user.LastName,
		IsWelcomeTourPassed: true, APIKey: keyObject{Key: call.Key}, Plan: selfHosted(),
		PlanActiveUntil: endOfTime, SubscriptionReminder: "2",
	})
}

func selfHosted() planObject {
	return planObject{
		ID: 1, Name: engine.SelfHosted().Name, ActiveUntil: endOfTime,
		DownloadLimit: math.MaxInt32, // a number that clients compare sizes with
		Coins:         engine.Unlimited, IsFree: true,
		Exclude: excludedResults{
			Certs: []string{}, Domains: []string{}, HostIP: []string{}, WhoisIP: []string{},
			Responses: []string{}, HostDomain: []string{}, WhoisDomains: []string{},
		},
	}
}

// countersObject is what is left to the caller; [engine.Unlimited] is without limit.
type countersObject struct {
	Requests  requestCounter  `json:"requests_left"`
	Coins     coinCounter     `json:"coins"`
	ScanCoins scanCoinCounter `json:"scan_coins"`
}

type requestCounter struct {
	Remained int     `json:"remained"`
	Limit    int     `json:"limit"`
	Updated  *string `json:"will_be_updated"`
}

type coinCounter struct {
	Spent    int     `json:"total_coins_spent"`
	Left     int     `json:"left"`
	OfPlan   int     `json:"plan_coins_amount"`
	NextTime *string `json:"next_time_coins_will_be_updated"`
}

type scanCoinCounter struct {
	OfPlan   int `json:"plan_scan_coins_amount"`
	Left     int `json:"left"`
	Reserved int `json:"reserved_coins"`
}

func (d *dialect) profileData(call *api.Call) error {
	return call.Answer(countersObject{
		Requests:  requestCounter{Remained: engine.Unlimited, Limit: engine.Unlimited},
		Coins:     coinCounter{Left: engine.Unlimited, OfPlan: engine.Unlimited},
		ScanCoins: scanCoinCounter{Left: engine.Unlimited, OfPlan: engine.Unlimited},
	})
}
