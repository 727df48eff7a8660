package server

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func planVerbs() []verb {
	const noun = "plan"
	return []verb{
		{noun, "list", "", "list plans", 0, 0, nil, listPlans},
		{noun, "show", "NAME", "show all limits of a plan", 1, 1, nil, showPlan},
		{noun, "set", "EMAIL NAME", "give a user a plan", 2, 2, nil, setPlan},
	}
}

// shownInList are the members of a plan that have a column in the list.
func shownInList() []string {
	return []string{"name", "stored_scans", "targets_per_scan", "scan_coins_per_month", "requests_per_day", "documents_per_download"}
}

func listPlans(_ context.Context, d desk, _ []string) (answer, error) {
	a := answer{head: []string{"PLAN", "STORED SCANS", "TARGETS", "COINS A MONTH", "REQUESTS A DAY", "DOWNLOAD"}}
	all := []map[string]any{}
	for _, plan := range d.Plans {
		var row []string
		for _, name := range shownInList() {
			member, _ := memberNamed(name)
			row = append(row, member.show(plan))
		}
		a.rows, all = append(a.rows, row), append(all, planObject(plan))
	}
	a.json = all
	return a, nil
}

func showPlan(_ context.Context, d desk, args []string) (answer, error) {
	plan, err := d.Plans.Named(args[0])
	if err != nil {
		return answer{}, err
	}
	a := answer{json: planObject(plan)}
	for _, m := range planMembers() {
		a.rows = append(a.rows, []string{m.name, m.show(plan)})
	}
	return a, nil
}

// planObject is a plan as a file of plans would say it; a limit that there is none of
// is -1.
func planObject(plan engine.Plan) map[string]any {
	object := map[string]any{}
	for _, m := range planMembers() {
		object[m.name] = m.of(&plan)
	}
	return object
}
