package rules

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// GuardRule is one rule of the depguard linter, as it stands in .golangci.yml.
type GuardRule struct {
	ListMode string   `yaml:"list-mode"`
	Files    []string `yaml:"files"`
	Allow    []string `yaml:"allow,omitempty"`
	Deny     []Deny   `yaml:"deny"`
}

// Deny is an import path, with all below it, and the reason why not.
type Deny struct {
	Pkg  string `yaml:"pkg"`
	Desc string `yaml:"desc"`
}

// Depguard gives the table of rooms as rules for depguard, so that an editor
// shows the floors while one types: one rule for each wing and floor, as rooms
// side by side see the same. Tests and tools see nearly everything and have none.
func Depguard() map[string]GuardRule {
	rules := map[string]GuardRule{}
	for _, room := range Rooms() {
		if room.Wing == Test || room.Wing == Tool {
			continue
		}
		name := fmt.Sprintf("%s-%d", room.Wing, room.Floor)
		rules[name] = GuardRule{
			ListMode: "lax",
			Files:    append(slices.Clip(orTests(rules[name].Files)), room.globs()...),
			Allow:    room.allowed(),
			Deny:     []Deny{{Module, room.Why}},
		}
	}
	return rules
}

// orTests begins a rule's list of files: tests may import what they like.
func orTests(files []string) []string {
	if files == nil {
		return []string{"!$test"}
	}
	return files
}

// globs gives the files of a room. Rooms with a line of their own
// are taken out of a room with a *.
func (r Room) globs() []string {
	globs := []string{"${config-path}/" + path.Join(r.Path, "*.go")}
	for _, other := range Rooms() {
		if other.Path != r.Path && r.covers(other.Path) {
			globs = append(globs, "!${config-path}/"+other.Path+"/*.go")
		}
	}
	return globs
}

// allowed gives what a room sees: exact paths, or for a * all folders below.
func (r Room) allowed() []string {
	var paths []string
	for _, other := range Rooms() {
		if other.Path == "." || !r.sees(other) {
			continue
		}
		if parent, isPattern := strings.CutSuffix(other.Path, "*"); isPattern {
			paths = append(paths, Module+"/"+parent)
			continue
		}
		paths = append(paths, Module+"/"+other.Path+"$")
	}
	return paths
}

// DepguardYAML prints the rules as the section rules of depguard.
func DepguardYAML() (string, error) {
	var text strings.Builder
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(map[string]any{"rules": Depguard()}); err != nil {
		return "", fmt.Errorf("print the depguard rules: %w", err)
	}
	return text.String(), nil
}

// depguardMirrorsRooms: the linter and the table say the same.
func depguardMirrorsRooms(t *Tree) []Violation {
	const file, remedy = ".golangci.yml", "differs from the table of rooms; go run ./tools/house -depguard prints what belongs there"
	var f found
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]GuardRule
				}
			}
		}
	}
	if err := yaml.Unmarshal([]byte(t.text(file)), &config); err != nil {
		f.add(file, "cannot be read: %v", err)
		return f
	}
	want, got := Depguard(), config.Linters.Settings.Depguard.Rules
	for name := range mergedKeys(want, got) {
		if fmt.Sprint(want[name]) != fmt.Sprint(got[name]) {
			f.add(file, "depguard rule %s %s", name, remedy)
		}
	}
	return f.sorted()
}

func mergedKeys(a, b map[string]GuardRule) map[string]GuardRule {
	merged := maps.Clone(a)
	maps.Copy(merged, b)
	return merged
}
