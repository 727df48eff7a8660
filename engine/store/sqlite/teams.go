package sqlite

import (
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func (t *transaction) InsertTeam(team *engine.Team) error {
	id, err := t.insert("insert team", "INSERT INTO teams (name, created_at) VALUES (?, ?)", team.Name, moment{&team.CreatedAt})
	if extendedCode(err) == sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return taken("Team exists", fmt.Sprintf("there is a team %q already", team.Name), "name", err)
	}
	if err != nil {
		return err
	}
	team.ID = engine.TeamID(id)
	return nil
}

func (t *transaction) Teams() (teams []engine.Team, err error) {
	take := func(r row) error {
		var team engine.Team
		err := r.Scan(&team.ID, &team.Name, moment{&team.CreatedAt})
		teams = append(teams, team)
		return err
	}
	return teams, t.each("read teams", take, "SELECT id, name, created_at FROM teams ORDER BY id")
}

// EraseTeam leaves the members to the foreign key, which puts them in no team.
func (t *transaction) EraseTeam(id engine.TeamID) error {
	if err := t.eraseIssuesOf(engine.Party{TeamID: id}); err != nil {
		return err
	}
	if err := t.eraseRecordsOf(engine.Party{TeamID: id}); err != nil {
		return err
	}
	return t.change("erase team", noTeam(id), "DELETE FROM teams WHERE id = ?", id)
}

func noTeam(id engine.TeamID) error { return notFound("team", int64(id)) }
