package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// PlansFile is the file in the data folder that says which plans there are beside
// those of the program.
const PlansFile = "plans.yml"

// maxPlansFile is the largest file of plans in bytes.
const maxPlansFile = 1 << 20

// readPlans gives the plans of the program, changed by a file: the one given, else
// the one in the data folder if there is one. The file is YAML or JSON:
//
//	plans:
//	  - name: Freelancer        # there is one: only what is named changes
//	    targets_per_scan: 1024
//	  - name: interns           # a new one: what is not named has no limit
//	    requests_per_minute: 10
func readPlans(file, dataDir string) (engine.Plans, error) {
	given := file != ""
	if !given {
		file = filepath.Join(dataDir, PlansFile)
	}
	text, err := os.ReadFile(file)
	if !given && (errors.Is(err, fs.ErrNotExist) || !isFolder(dataDir)) {
		return engine.DefaultPlans(), nil // what is wrong with the folder the store says better
	}
	if err != nil {
		return nil, &engine.Error{Kind: engine.Invalid, Title: "Plans cannot be read", Field: "--plans", Detail: err.Error(), Hint: "name a file that can be read", Err: err}
	}
	plans, err := parsePlans(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return plans, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func parsePlans(text []byte) (engine.Plans, error) {
	plans := engine.DefaultPlans()
	var document yaml.Node
	if len(text) > maxPlansFile {
		return nil, planError(&document, fmt.Sprintf("the file is larger than %d bytes", maxPlansFile), "")
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, &engine.Error{Kind: engine.Invalid, Title: "Plans are not valid", Field: "--plans", Detail: err.Error(), Hint: "write YAML or JSON", Err: err}
	}
	if len(document.Content) == 0 {
		return plans, nil // empty, or comments only
	}
	list, err := listOf(document.Content[0])
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, item := range list {
		plan, err := parsePlan(item, plans)
		if err != nil {
			return nil, err
		}
		if name := strings.ToLower(plan.Name); seen[name] {
			return nil, planError(item, fmt.Sprintf("there are two plans %q", plan.Name), "take one away")
		}
		seen[strings.ToLower(plan.Name)] = true
		plans = plans.With(plan)
	}
	return plans, nil
}

// listOf gives the items of the one member a file of plans has.
func listOf(top *yaml.Node) ([]*yaml.Node, error) {
	const hint = "begin with plans: and write one plan beginning with - name: in each line below"
	if top.Kind != yaml.MappingNode || len(top.Content) != 2 || top.Content[0].Value != "plans" || top.Content[1].Kind != yaml.SequenceNode {
		return nil, planError(top, "the file is not a list of plans", hint)
	}
	return top.Content[1].Content, nil
}

// parsePlan reads one plan. It begins as the plan of the same name, or without limits.
func parsePlan(item *yaml.Node, known engine.Plans) (engine.Plan, error) {
	name, err := nameOf(item)
	if err != nil {
		return engine.Plan{}, err
	}
	plan, err := known.Named(name)
	if err != nil {
		plan = engine.SelfHosted()
		plan.ID, plan.Free = 0, false
	}
	seen := map[string]bool{}
	for i := 0; i < len(item.Content); i += 2 {
		key, value := item.Content[i], item.Content[i+1]
		member, ok := memberNamed(key.Value)
		switch {
		case !ok:
			return plan, unknownMember(key)
		case seen[key.Value]:
			return plan, planError(key, key.Value+" is there twice", "take one away")
		}
		seen[key.Value] = true
		if err := member.read(&plan, value); err != nil {
			return plan, err
		}
	}
	return plan, nil
}

func nameOf(item *yaml.Node) (string, error) {
	if item.Kind != yaml.MappingNode {
		return "", planError(item, "a plan is not a list of members", "write - name: NAME and the other members below it")
	}
	for i := 0; i < len(item.Content); i += 2 {
		if value := item.Content[i+1]; item.Content[i].Value == "name" && value.Kind == yaml.ScalarNode && strings.TrimSpace(value.Value) != "" {
			return value.Value, nil
		}
	}
	return "", planError(item, "a plan has no name", "write - name: NAME")
}

func unknownMember(key *yaml.Node) error {
	var names []string
	for _, m := range planMembers() {
		names = append(names, m.name)
	}
	hint := engine.Meant(key.Value, names, "the members are "+strings.Join(names, ", "))
	return planError(key, fmt.Sprintf("a plan has no member %q", key.Value), hint)
}
