package control

import (
	"context"
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// mayRead reports whether the caller may read what belongs to owner: it is their
// own, or a team mate's. Teams are read anew, because the caller may have been let
// in before they changed.
func mayRead(tx store.Tx, caller engine.User, owner engine.UserID) (bool, error) {
	if caller.ID == owner {
		return true, nil
	}
	users := make([]engine.User, 2)
	for i, id := range []engine.UserID{caller.ID, owner} {
		user, err := tx.User(id)
		if engine.KindOf(err) == engine.NotFound {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		users[i] = user
	}
	return users[0].Mates(users[1]), nil
}

// owned gives a scan of the caller's own: only its owner changes, cancels, deletes
// and restores a scan. A mate learns whose it is; to a stranger it does not exist.
func owned(tx store.Tx, caller engine.User, id engine.ScanID) (engine.Scan, error) {
	scan, err := readable(tx, caller, id)
	if err != nil || scan.OwnerID == caller.ID {
		return scan, err
	}
	owner, err := tx.User(scan.OwnerID)
	if err != nil {
		return engine.Scan{}, err
	}
	return engine.Scan{}, &engine.Error{
		Kind: engine.Forbidden, Title: "Not the owner of the scan", Field: "id",
		Detail: fmt.Sprintf("scan %d belongs to %s; team mates may read it, but not change it", id, owner.Email),
		Hint:   "ask its owner, or scan the same targets yourself",
	}
}

// owners fills who scans belong to, as the caller sees it.
func owners(tx store.Tx, caller engine.User, scans []*engine.Scan) error {
	known := map[engine.UserID]engine.Owner{caller.ID: caller.Owner()}
	for _, scan := range scans {
		if _, ok := known[scan.OwnerID]; !ok {
			user, err := tx.User(scan.OwnerID)
			if err != nil {
				return err
			}
			known[scan.OwnerID] = user.Owner()
		}
		scan.Owner = known[scan.OwnerID]
		scan.IsFromTeam = scan.OwnerID != caller.ID
	}
	return nil
}

// Teams gives all teams, in the order they came.
func (c *Control) Teams(ctx context.Context) (teams []engine.Team, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		teams, err = tx.Teams()
		return err
	})
	return teams, err
}

// AddTeam makes a team without members.
func (c *Control) AddTeam(ctx context.Context, name string) (engine.Team, error) {
	team := engine.Team{Name: name, CreatedAt: now()}
	if err := team.Validate(); err != nil {
		return engine.Team{}, err
	}
	err := c.Store.Update(ctx, func(tx store.Tx) error { return tx.InsertTeam(&team) })
	return team, err
}

// RemoveTeam dissolves a team. Its members stay, and so does what is theirs: each of its
// issues falls to whose scan found it first, and each record to who declared it.
func (c *Control) RemoveTeam(ctx context.Context, name string) error {
	return c.Store.Update(ctx, func(tx store.Tx) error {
		team, err := teamByName(tx, name)
		if err != nil {
			return err
		}
		if err := disband(tx, team.ID); err != nil {
			return err
		}
		return tx.EraseTeam(team.ID)
	})
}

// disband takes everybody out of a team, and its issues and records. Those of somebody who
// is gone stay, to go with the team.
func disband(tx store.Tx, id engine.TeamID) error {
	members, err := tx.Users(store.UserFilter{TeamID: id})
	if err != nil {
		return err
	}
	for i := range members {
		members[i].TeamID = 0
		if err := tx.SaveUser(&members[i]); err != nil {
			return err
		}
	}
	team := engine.Party{TeamID: id}
	partyOf := func(id engine.UserID) (engine.Party, error) {
		if id == 0 {
			return team, nil
		}
		user, err := tx.User(id)
		return user.Party(), err
	}
	if err := moveRecords(tx, team, func(r engine.Record) (engine.Party, error) { return partyOf(r.OwnerID) }); err != nil {
		return err
	}
	return moveIssues(tx, team, func(i engine.Issue) (engine.Party, error) { return partyOf(i.OwnerID) })
}

func teamByName(tx store.Tx, name string) (engine.Team, error) {
	teams, err := tx.Teams()
	if err != nil {
		return engine.Team{}, err
	}
	for _, team := range teams {
		if strings.EqualFold(team.Name, name) {
			return team, nil
		}
	}
	return engine.Team{}, &engine.Error{Kind: engine.NotFound, Title: "No such team", Field: "team", Detail: fmt.Sprintf("there is no team %q", name), Hint: "portolan team list shows what there is"}
}

// AddMember puts a user in a team, and their issues and records with them. Somebody in another team
// has to leave it first: with the team goes what they may see, which should not happen
// by the way.
func (c *Control) AddMember(ctx context.Context, team, email string) (engine.User, error) {
	return c.changeMember(ctx, team, email, func(user *engine.User, team engine.Team) error {
		if user.TeamID != 0 && user.TeamID != team.ID {
			return &engine.Error{Kind: engine.Conflict, Title: "User is in another team", Field: "email", Detail: user.Email + " is in another team already, and nobody is in two", Hint: "take them out of it first: portolan team remove-member"}
		}
		user.TeamID = team.ID
		return nil
	})
}

// changeParty brings the issues and records of somebody along who has joined a team, and
// takes the team's issues from somebody who has left it.
func changeParty(tx store.Tx, before engine.Party, user engine.User) error {
	now := user.Party()
	switch {
	case now == before:
		return nil
	case before.TeamID != 0:
		return unassign(tx, before, user.ID)
	}
	if err := moveRecords(tx, before, func(engine.Record) (engine.Party, error) { return now, nil }); err != nil {
		return err
	}
	return moveIssues(tx, before, func(engine.Issue) (engine.Party, error) { return now, nil })
}

// RemoveMember takes a user out of a team. The team's issues and records stay with it,
// those too that their scans have found and that they declared, and nobody is assigned to
// theirs.
func (c *Control) RemoveMember(ctx context.Context, team, email string) (engine.User, error) {
	return c.changeMember(ctx, team, email, func(user *engine.User, team engine.Team) error {
		if user.TeamID != team.ID {
			return &engine.Error{Kind: engine.Conflict, Title: "User is not in the team", Field: "email", Detail: fmt.Sprintf("%s is not in the team %q", user.Email, team.Name), Hint: "portolan team list shows who is where"}
		}
		user.TeamID = 0
		return nil
	})
}

func (c *Control) changeMember(ctx context.Context, name, email string, fn func(*engine.User, engine.Team) error) (user engine.User, err error) {
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		team, err := teamByName(tx, name)
		if err != nil {
			return err
		}
		if user, err = userByEmail(tx, email); err != nil {
			return err
		}
		before := user.Party()
		if err := fn(&user, team); err != nil {
			return err
		}
		if err := tx.SaveUser(&user); err != nil {
			return err
		}
		return changeParty(tx, before, user)
	})
	return user, err
}
