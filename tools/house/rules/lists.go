package rules

import (
	"path"
	"slices"
	"strings"
)

// list is a package that imports each folder of another one, explicitly.
type list struct {
	in     string // the package with the list
	folder string // the package whose folders it lists
}

// listed gives the lists. A folder of tests, or the list itself, is not an entry.
func listed() []list {
	return []list{
		{in: "engine/probe/all", folder: "engine/probe"},
		{in: "engine/server", folder: "engine/store"},
		{in: "engine/server", folder: "engine/feed"},
		{in: "engine/server", folder: "engine/index"},
		{in: "engine/server", folder: "engine/api"},
	}
}

// listsEqualFolders: a new folder is listed at once, or it would be dead code.
func listsEqualFolders(t *Tree) []Violation {
	var f found
	for _, l := range listed() {
		holder := t.Packages[l.in]
		if holder == nil {
			continue
		}
		for _, pkg := range t.sorted() {
			room, _ := roomOf(pkg.Path)
			isEntry := path.Dir(pkg.Path) == l.folder && pkg.Path != l.in && room.Wing != Test
			if isEntry && !slices.Contains(holder.Imports, pkg.Path) {
				f.add(pkg.Path, "is not in the list in %s", l.in)
			}
		}
	}
	return f
}

// objectKind says how a file of package provider is named after what it holds,
// and where Terraform's documentation looks for the example.
type objectKind struct {
	suffix  string // of the file
	folder  string // below examples
	example string // file
	prefix  string // of the name in Terraform
}

// objectKinds is in the order of matching: the longer suffix first.
func objectKinds() []objectKind {
	return []objectKind{
		{"_list_resource.go", "list-resources", "list-resource.tfquery.hcl", "portolan_"},
		{"_ephemeral_resource.go", "ephemeral-resources", "ephemeral-resource.tf", "portolan_"},
		{"_resource.go", "resources", "resource.tf", "portolan_"},
		{"_data_source.go", "data-sources", "data-source.tf", "portolan_"},
		{"_function.go", "functions", "function.tf", ""},
		{"_action.go", "actions", "action.tf", "portolan_"},
	}
}

// objectsHaveExampleAndTest: whatever a Terraform user can write is shown in an
// example and has run in a real Terraform.
func objectsHaveExampleAndTest(t *Tree) []Violation {
	var f found
	provider := t.Packages["provider"]
	if provider == nil {
		return nil
	}
	for _, source := range provider.Sources {
		base := path.Base(source.Path)
		i := slices.IndexFunc(objectKinds(), func(k objectKind) bool { return strings.HasSuffix(base, k.suffix) })
		if i < 0 {
			continue
		}
		kind := objectKinds()[i]
		name := kind.prefix + strings.TrimSuffix(base, kind.suffix)
		if example := path.Join("examples", kind.folder, name, kind.example); !t.exists(example) {
			f.add(source.Path, "has no example %s", example)
		}
		if test := strings.TrimSuffix(source.Path, ".go") + "_test.go"; !strings.Contains(t.text(test), "\nfunc TestAcc") {
			f.add(source.Path, "has no acceptance test: a TestAcc… function in %s", test)
		}
	}
	return f
}
