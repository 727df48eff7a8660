package private

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// declaredTargets is the noun of targets.
func (d *dialect) declaredTargets() noun[engine.DeclaredTarget] {
	return noun[engine.DeclaredTarget]{
		path: "/api/targets/", one: "Target", many: "Targets", word: "target", chapter: "Targets",
		doc: "Something to scan, with what is known of it. A team has one for each address, whose name in lists is the address. " +
			"Requests for scans may give its id in target_ids.",
		declared: []api.Argument{
			{Name: "address", Kind: api.Text, Required: true, Doc: "an address, a CIDR or a domain name; it is kept and answered in one form, however it is spelled", Example: "www.example.com"},
			{Name: "name", Kind: api.Text, Doc: "what people call it", Example: "shop"},
			{Name: "tags", Kind: api.Texts, Doc: "words to find it by; they are answered sorted", Example: []string{"eu", "production"}},
			{Name: "criticality", Kind: api.Text, Doc: "how much depends on it; normal if not given", Words: []string{"low", "normal", "high", "critical"}},
			{Name: "owner", Kind: api.Text, Doc: "who is answerable for it", Example: "@team-web"},
			{Name: "labels", Kind: api.Map, Doc: "texts by names of your own"},
		},
		computed: []string{"verification_token", "verified_at"},
		records:  func() Collection[engine.DeclaredTarget] { return d.control.DeclaredTargets() },
	}
}

// targetGroups is the noun of target groups.
func (d *dialect) targetGroups() noun[engine.TargetGroup] {
	return noun[engine.TargetGroup]{
		path: "/api/target_groups/", one: "TargetGroup", many: "TargetGroups", word: "target group", chapter: "Targets",
		doc: "Targets that belong together, under a name. Requests for scans may give its id in target_group_ids: what is in the group then is scanned.",
		declared: []api.Argument{
			{Name: "name", Kind: api.Text, Required: true, Doc: "unique in the team, whatever its case", Example: "web"},
			{Name: "description", Kind: api.Text, Doc: "what it is for"},
			{Name: "target_ids", Kind: api.IDs, Doc: "the ids of its targets; they are answered sorted", Example: []int{2}},
		},
		records: func() Collection[engine.TargetGroup] { return d.control.TargetGroups() },
	}
}
