package terraform

import "fmt"

// feature is something of the plugin protocol that came with a certain version.
type feature struct {
	name      string
	terraform Version
	tofu      Version // the zero Version: not in any OpenTofu yet
}

// features lists what a provider can offer and an older command cannot use.
// From the release notes of both commands; OpenTofu as of 1.12.
var features = []feature{
	{"provider functions", Version{Major: 1, Minor: 8}, Version{Major: 1, Minor: 7}},
	{"ephemeral resources", Version{Major: 1, Minor: 10}, Version{Major: 1, Minor: 11}},
	{"write-only arguments", Version{Major: 1, Minor: 11}, Version{Major: 1, Minor: 11}},
	{"resource identity", Version{Major: 1, Minor: 12}, Version{Major: 1, Minor: 12}},
	{"actions", Version{Major: 1, Minor: 14}, Version{}},
	{"list resources", Version{Major: 1, Minor: 14}, Version{}},
}

// Missing lists what this command cannot do and tests run with it therefore
// cannot cover, each with the version that can: "actions (Terraform 1.14)".
func (c CLI) Missing() []string {
	var missing []string
	for _, f := range features {
		since := f.terraform
		if c.Tofu {
			since = f.tofu
		}
		if since != (Version{}) && !c.Version.Less(since) {
			continue
		}
		missing = append(missing, fmt.Sprintf("%s (%s)", f.name, f.since(c.Tofu)))
	}
	return missing
}

func (f feature) since(tofu bool) string {
	if tofu && f.tofu != (Version{}) {
		return fmt.Sprintf("OpenTofu %d.%d", f.tofu.Major, f.tofu.Minor)
	}
	return fmt.Sprintf("Terraform %d.%d", f.terraform.Major, f.terraform.Minor)
}
