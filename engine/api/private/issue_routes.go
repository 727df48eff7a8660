package private

import (
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// issueRoutes are of issues, which everybody in a team reads and changes.
func (d *dialect) issueRoutes() []api.Route {
	const chapter = "Issues"
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/issues/", Handle: d.listIssues, Success: http.StatusOK,
			ID: "listIssues", Chapter: chapter, Summary: "List issues", Own: true,
			Doc: "Those of the caller's team, or the caller's own. The worst comes first, of equals the one that was seen last. " +
				"total and counts are of all issues that pass the filter, not of this page.",
			Parameters: issueFilterArguments(), Answer: issuesObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/issues/{id}/", Handle: d.getIssue, Success: http.StatusOK,
			ID: "getIssue", Chapter: chapter, Summary: "Get an issue", Own: true,
			Doc:        "What it is about is as the newest finding has it.",
			Parameters: []api.Argument{issueArgument()}, Answer: engine.Issue{},
		},
		{
			Method: http.MethodPatch, Path: "/api/issues/{id}/", Handle: d.changeIssue, Success: http.StatusOK,
			ID: "changeIssue", Chapter: chapter, Summary: "Decide about an issue, or give it to somebody", Own: true,
			Doc: "Everybody in the team may, and the history says who did. Only scans find that an issue is fixed or revived. " +
				"A fixed issue cannot be reopened: that is a conflict.",
			Parameters: []api.Argument{issueArgument()},
			Body: []api.Argument{
				{
					Name: "state", Kind: api.Text, Words: []string{"accepted", "false-positive", "present"}, Example: "accepted",
					Doc: "what is decided; present takes a decision back, and the issue is what scans saw last: present, or fixed",
				},
				{Name: "reason", Kind: api.Text, Doc: "why; nothing is decided without", Example: "behind a VPN until the move"},
				{Name: "expires", Kind: api.Text, Doc: "until when it is accepted, a date, which is meant with its whole day in UTC, or a time; for good if not given"},
				{Name: "assignee", Kind: api.Text, Doc: "an e-mail address of the team, or nobody"},
			},
			Answer: engine.Issue{}, Refuses: []engine.Kind{engine.Conflict},
		},
		{
			Method: http.MethodPost, Path: "/api/issues/{id}/notes/", Handle: d.noteIssue, Success: http.StatusCreated,
			ID: "noteIssue", Chapter: chapter, Summary: "Add a note to an issue", Own: true,
			Doc:        "It becomes a line of its history.",
			Parameters: []api.Argument{issueArgument()},
			Body:       []api.Argument{{Name: "note", Kind: api.Text, Required: true, Doc: "what to remember", Example: "asked the network team"}},
			Answer:     engine.Issue{},
		},
		{
			Method: http.MethodGet, Path: "/api/issues/{id}/history/", Handle: d.getIssueHistory, Success: http.StatusOK,
			ID: "getIssueHistory", Chapter: chapter, Summary: "Get the history of an issue", Own: true,
			Doc:        "The oldest line comes first. by is null where a scan or the time did it.",
			Parameters: append([]api.Argument{issueArgument()}, partArguments()...), Answer: []engine.IssueChange{},
		},
		{
			Method: http.MethodGet, Path: "/api/issues_trend/", Handle: d.getIssueTrend, Success: http.StatusOK,
			ID: "getIssueTrend", Chapter: chapter, Summary: "Count open issues day by day", Own: true,
			Doc: "How many were present or revived at the end of each day in UTC. The last day is today.",
			Parameters: []api.Argument{
				{Name: "days", Kind: api.Number, Min: 1, Max: engine.MaxTrendDays, Doc: "how many; 30 if not given"},
			},
			Answer: []engine.IssueDay{},
		},
	}
}

func issueArgument() api.Argument {
	return api.Argument{Name: "id", Kind: api.Number, Required: true, Min: 1, Doc: "which issue", Example: 1}
}

func issueFilterArguments() []api.Argument {
	return append([]api.Argument{
		{Name: "state", Kind: api.List, Doc: "only in these states: present, revived, accepted, false-positive, fixed", Example: []string{"present", "revived"}},
		{Name: "severity", Kind: api.List, Doc: "only of these severities"},
		{Name: "rule", Kind: api.List, Doc: "only of these checks"},
		{Name: "target", Kind: api.List, Doc: "only of these targets, names or addresses"},
		{Name: "fingerprint", Kind: api.List, Doc: "only with these: the ids of findings"},
		{Name: "assignee", Kind: api.Text, Doc: "only those given to this e-mail address, or to nobody"},
		{Name: "text", Kind: api.Text, Doc: "only with this in title, check, target, name, address, path or fingerprint"},
	}, partArguments()...)
}

// partArguments choose a part of a list.
func partArguments() []api.Argument {
	return []api.Argument{
		{Name: "start", Kind: api.Number, Doc: "how many are passed over first"},
		{Name: "size", Kind: api.Number, Min: 1, Max: maxIssues, Doc: "how many at most; 100 if not given"},
	}
}
