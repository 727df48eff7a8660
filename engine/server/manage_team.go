package server

import (
	"context"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func teamVerbs() []verb {
	const noun = "team"
	return []verb{
		{noun, "add", "NAME", "make a team without members", 1, 1, nil, addTeam},
		{noun, "list", "", "list teams and who is in them", 0, 0, nil, listTeams},
		{noun, "add-member", "NAME EMAIL", "let a user read what the team has scanned, and be read", 2, 2, nil, addMember},
		{noun, "remove-member", "NAME EMAIL", "take a user out of a team", 2, 2, nil, removeMember},
		{noun, "remove", "NAME", "dissolve a team; its members and their scans stay", 1, 1, nil, removeTeam},
	}
}

func addTeam(ctx context.Context, d desk, args []string) (answer, error) {
	team, err := d.AddTeam(ctx, args[0])
	return said("there is a team %s", team.Name), err
}

// teamRow is a team as the commands show one.
type teamRow struct {
	ID      engine.TeamID `json:"id"`
	Name    string        `json:"name"`
	Members []string      `json:"members"`
}

func listTeams(ctx context.Context, d desk, _ []string) (answer, error) {
	teams, err := d.Teams(ctx)
	if err != nil {
		return answer{}, err
	}
	users, err := d.Users(ctx)
	a, rows := answer{head: []string{"TEAM", "MEMBERS"}}, []teamRow{}
	for _, team := range teams {
		row := teamRow{ID: team.ID, Name: team.Name, Members: []string{}}
		for _, user := range users {
			if user.TeamID == team.ID {
				row.Members = append(row.Members, user.Email)
			}
		}
		rows = append(rows, row)
		a.rows = append(a.rows, []string{row.Name, strings.Join(row.Members, ", ")})
	}
	a.json = rows
	return a, err
}

func addMember(ctx context.Context, d desk, args []string) (answer, error) {
	user, err := d.AddMember(ctx, args[0], args[1])
	return said("%s is in the team %s", user.Email, args[0]), err
}

func removeMember(ctx context.Context, d desk, args []string) (answer, error) {
	user, err := d.RemoveMember(ctx, args[0], args[1])
	return said("%s is in no team", user.Email), err
}

func removeTeam(ctx context.Context, d desk, args []string) (answer, error) {
	return said("the team %s is dissolved", args[0]), d.RemoveTeam(ctx, args[0])
}
