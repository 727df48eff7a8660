package control

import (
	"context"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Plan gives the plan of a user.
func (c *Control) Plan(user engine.User) (engine.Plan, error) {
	plan, err := c.Plans.Named(user.Plan)
	if err != nil {
		return engine.Plan{}, &engine.Error{
			Kind: engine.Forbidden, Title: "Plan is not known", Field: "plan", Err: err,
			Detail: "the plan " + user.Plan + " of " + user.Email + " is not among the plans of this engine",
			Hint:   "portolan plan set gives the user another; portolan plan list shows what there is",
		}
	}
	return plan, nil
}

// planOf reads whose plan it is anew: it may have changed since the caller was let in.
func (c *Control) planOf(tx store.Tx, id engine.UserID) (engine.Plan, error) {
	user, err := tx.User(id)
	if err != nil {
		return engine.Plan{}, err
	}
	return c.Plan(user)
}

// admitStored applies the limits of the caller's plan to a scan that comes back.
func (c *Control) admitStored(tx store.Tx, caller engine.User) error {
	plan, err := c.planOf(tx, caller.ID)
	if err != nil {
		return err
	}
	usage, err := usageOf(tx, caller.ID)
	if err != nil {
		return err
	}
	return plan.AdmitStored(usage.StoredScans)
}

// SetPlan gives a user a plan. What they have already is kept, even where it is more
// than the plan allows.
func (c *Control) SetPlan(ctx context.Context, email, name string) (engine.User, error) {
	plan, err := c.Plans.Named(name)
	if err != nil {
		return engine.User{}, err
	}
	return c.ChangeUser(ctx, email, func(user *engine.User) error {
		user.Plan = plan.Name
		return nil
	})
}

// AdmitQuery reports a query that the caller's plan has no room for: a page of
// results that begins too far, counted from 0, or filters that cost extra.
func (c *Control) AdmitQuery(caller engine.User, q *query.Query, start int) error {
	plan, err := c.Plan(caller)
	if err != nil {
		return err
	}
	if err := plan.AdmitPage(int64(start)); err != nil {
		return err
	}
	return plan.AdmitFields(fieldsOf(q.Root))
}

// fieldsOf gives the fields that the leaves of a query name.
func fieldsOf(n query.Node) (fields []string) {
	b, joins := n.(*query.Boolean)
	if !joins {
		field, _ := query.FieldOf(n)
		return []string{field}
	}
	for _, clause := range slices.Concat(b.Must, b.Should, b.MustNot) {
		fields = append(fields, fieldsOf(clause)...)
	}
	return fields
}

// Account is how much a user may do, and has done.
type Account struct {
	Plan          engine.Plan
	StoredScans   int64
	Coins         engine.CoinSums // of this month
	NextCoins     string          // the day they come anew, as 2006-01-02; "" if they are without limit
	RequestsToday int64           // counted only where the plan limits them
	NextDay       string          // when requests are counted anew, as RFC 3339; "" if they are without limit
}

// Account gives how much the caller may do, and has done.
func (c *Control) Account(ctx context.Context, caller engine.User) (account Account, err error) {
	if account.Plan, err = c.Plan(caller); err != nil {
		return account, err
	}
	err = c.Store.View(ctx, func(tx store.Tx) error {
		usage, err := usageOf(tx, caller.ID)
		if err != nil {
			return err
		}
		account.StoredScans, account.Coins = usage.StoredScans, usage.Coins
		if account.Plan.ScanCoins != engine.Unlimited {
			account.NextCoins = engine.NextCoins(usage.Now).Format("2006-01-02")
		}
		if account.Plan.RequestsPerDay == engine.Unlimited {
			return nil
		}
		account.NextDay = nextDay(usage.Now).Format("2006-01-02T15:04:05Z")
		account.RequestsToday, err = tx.RequestsOn(caller.ID, usage.Now)
		return err
	})
	account.RequestsToday += c.throttles.unwritten(caller.ID)
	return account, err
}
