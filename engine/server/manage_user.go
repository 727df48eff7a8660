package server

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func userVerbs() []verb {
	const noun = "user"
	return []verb{
		{noun, "add", "EMAIL", "add a user, and show their key this once", 1, 1, []string{"plan", "first-name", "last-name", "label", "team"}, addUser},
		{noun, "list", "", "list users", 0, 0, nil, listUsers},
		{noun, "show", "EMAIL", "show a user, their keys and what they have used", 1, 1, nil, showUser},
		{noun, "key", "EMAIL", "give a user one more key, or revoke one", 1, 1, []string{"label", "revoke"}, userKey},
		{noun, "set-plan", "EMAIL PLAN", "give a user another plan", 2, 2, nil, setPlan},
		{noun, "disable", "EMAIL", "let none of a user's keys in", 1, 1, nil, disableUser},
		{noun, "enable", "EMAIL", "let a user in again", 1, 1, nil, enableUser},
		{noun, "remove", "EMAIL", "remove a user who has no scans", 1, 1, nil, removeUser},
	}
}

// userRow is a user as the commands show one.
type userRow struct {
	ID        engine.UserID `json:"id"`
	Email     string        `json:"email"`
	FirstName string        `json:"first_name"`
	LastName  string        `json:"last_name"`
	Plan      string        `json:"plan"`
	Team      string        `json:"team"` // "" is none
	Disabled  bool          `json:"disabled"`
	CreatedAt time.Time     `json:"created_at"`
}

// rowsOf describes users with the names of their teams.
func (d desk) rowsOf(ctx context.Context, users ...engine.User) ([]userRow, error) {
	teams, err := d.Teams(ctx)
	if err != nil {
		return nil, err
	}
	names := map[engine.TeamID]string{}
	for _, team := range teams {
		names[team.ID] = team.Name
	}
	rows := make([]userRow, len(users))
	for i, u := range users {
		rows[i] = userRow{u.ID, u.Email, u.FirstName, u.LastName, u.Plan, names[u.TeamID], u.Disabled, u.CreatedAt}
	}
	return rows, nil
}

func addUser(ctx context.Context, d desk, args []string) (answer, error) {
	plan, err := d.Plans.Named(d.flags.plan)
	if err != nil {
		return answer{}, err
	}
	user := engine.User{Email: args[0], FirstName: d.flags.first, LastName: d.flags.last, Plan: plan.Name}
	user, secret, err := d.AddUser(ctx, user, d.flags.label, d.flags.team)
	if err != nil {
		return answer{}, err
	}
	rows, err := d.rowsOf(ctx, user)
	if err != nil {
		return answer{}, err
	}
	return answer{
		rows: [][]string{{"user", user.Email}, {"plan", user.Plan}, {"team", rows[0].Team}, {"key", secret}},
		note: "The key is shown this once; the engine keeps only its hash.",
		json: struct {
			userRow

			Key string `json:"key"`
		}{rows[0], secret},
	}, nil
}

func listUsers(ctx context.Context, d desk, _ []string) (answer, error) {
	users, err := d.Users(ctx)
	if err != nil {
		return answer{}, err
	}
	rows, err := d.rowsOf(ctx, users...)
	a := answer{head: []string{"EMAIL", "PLAN", "TEAM", "STATE"}, json: rows}
	for _, r := range rows {
		a.rows = append(a.rows, []string{r.Email, r.Plan, r.Team, stateOf(r.Disabled)})
	}
	return a, err
}

func stateOf(disabled bool) string {
	if disabled {
		return "disabled"
	}
	return "enabled"
}

// keyRow is a key as the commands show one: never the key itself.
type keyRow struct {
	ID         engine.KeyID `json:"id"`
	Label      string       `json:"label"`
	CreatedAt  time.Time    `json:"created_at"`
	LastUsedAt *time.Time   `json:"last_used_at"`
	RevokedAt  *time.Time   `json:"revoked_at"`
}

func showUser(ctx context.Context, d desk, args []string) (answer, error) {
	user, err := d.User(ctx, args[0])
	if err != nil {
		return answer{}, err
	}
	rows, err := d.rowsOf(ctx, user)
	if err != nil {
		return answer{}, err
	}
	keys, err := d.Keys(ctx, user)
	if err != nil {
		return answer{}, err
	}
	account, err := d.Account(ctx, user)
	if err != nil {
		return answer{}, err
	}
	r := rows[0]
	a := answer{rows: [][]string{
		{"user", r.Email}, {"name", r.FirstName + " " + r.LastName}, {"plan", r.Plan}, {"team", r.Team}, {"state", stateOf(r.Disabled)},
		{"stored scans", ofLimit(account.StoredScans, account.Plan.StoredScans)},
		{"scan coins", ofLimit(account.Coins.Taken+account.Coins.Reserved, account.Plan.ScanCoins) + fmt.Sprintf(" this month, %d of them reserved", account.Coins.Reserved)},
		{"requests", ofLimit(account.RequestsToday, account.Plan.RequestsPerDay) + " today"},
	}}
	described := make([]keyRow, len(keys))
	for i, k := range keys {
		described[i] = keyRow{k.ID, k.Label, k.CreatedAt, k.LastUsedAt, k.RevokedAt}
		a.rows = append(a.rows, []string{fmt.Sprintf("key %d", k.ID), useOf(k)})
	}
	a.json = struct {
		userRow

		Keys        []keyRow `json:"keys"`
		StoredScans int64    `json:"stored_scans"`
		CoinsTaken  int64    `json:"scan_coins_taken"`
		Reserved    int64    `json:"scan_coins_reserved"`
		Requests    int64    `json:"requests_today"`
	}{r, described, account.StoredScans, account.Coins.Taken, account.Coins.Reserved, account.RequestsToday}
	return a, nil
}

// ofLimit gives "3 of 50".
func ofLimit(used, limit int64) string {
	if limit == engine.Unlimited {
		return strconv.FormatInt(used, 10)
	}
	return fmt.Sprintf("%d of %d", used, limit)
}

func useOf(k engine.Key) string {
	label := k.Label
	if label == "" {
		label = "(no label)"
	}
	switch {
	case k.RevokedAt != nil:
		return fmt.Sprintf("%s, revoked %s", label, k.RevokedAt.Format(time.DateOnly))
	case k.LastUsedAt == nil:
		return label + ", never used"
	}
	return fmt.Sprintf("%s, last used %s", label, k.LastUsedAt.Format(time.DateOnly))
}

func userKey(ctx context.Context, d desk, args []string) (answer, error) {
	if d.flags.revoke != 0 {
		key, err := d.RevokeKey(ctx, args[0], engine.KeyID(d.flags.revoke))
		return said("key %d of %s opens no door any more", key.ID, args[0]), err
	}
	key, secret, err := d.AddKey(ctx, args[0], d.flags.label)
	return answer{
		rows: [][]string{{"user", args[0]}, {"key", secret}},
		note: "The key is shown this once; the engine keeps only its hash.",
		json: map[string]any{"id": key.ID, "label": key.Label, "key": secret},
	}, err
}

func setPlan(ctx context.Context, d desk, args []string) (answer, error) {
	user, err := d.SetPlan(ctx, args[0], args[1])
	return said("%s has the plan %s", user.Email, user.Plan), err
}

func disableUser(ctx context.Context, d desk, args []string) (answer, error) {
	user, err := d.ChangeUser(ctx, args[0], func(u *engine.User) error { u.Disabled = true; return nil })
	return said("%s is disabled", user.Email), err
}

func enableUser(ctx context.Context, d desk, args []string) (answer, error) {
	user, err := d.ChangeUser(ctx, args[0], func(u *engine.User) error { u.Disabled = false; return nil })
	return said("%s is enabled", user.Email), err
}

func removeUser(ctx context.Context, d desk, args []string) (answer, error) {
	return said("%s is removed", args[0]), d.RemoveUser(ctx, args[0])
}
