package rules

import (
	"fmt"
	"slices"
	"strings"
)

const (
	maxDepth  = 9
	maxFanOut = 6
)

// everyPackageHasARoom: a package that is not in the table has no floor, and
// nothing could be said about its imports.
func everyPackageHasARoom(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		if _, ok := roomOf(pkg.Path); !ok {
			f.add(pkg.Path, "has no line in the table of packages (tools/house/rules/rooms.go): give it a floor and a wing")
		}
	}
	return f
}

// floors: a package imports only lower floors, and the wings never import each other.
func floors(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		from, ok := roomOf(pkg.Path)
		if !ok {
			continue
		}
		for _, imported := range pkg.Imports {
			to, ok := roomOf(imported)
			if ok && !from.sees(to) {
				f.add(pkg.Path, "may not import %s: %s", imported, reason(from, to))
			}
		}
	}
	return f
}

func reason(from, to Room) string {
	switch {
	case to.Wing == Test || to.Wing == Tool:
		return "support of tests and tools stays out of the product"
	case to.For != "" && to.For != from.Path:
		return "only " + to.For + " chooses among its like"
	case to.Floor >= from.Floor:
		return fmt.Sprintf("floor %d is not below floor %d; %s", to.Floor, from.Floor, from.Why)
	}
	return from.Why
}

// depth: a chain of imports is short enough to be followed.
func depth(t *Tree) []Violation {
	var f found
	chains := map[string][]string{}
	for _, pkg := range t.sorted() {
		if chain := t.longestChain(pkg.Path, chains, nil); len(chain) > maxDepth {
			f.add(pkg.Path, "imports are %d deep, more than %d: %s", len(chain), maxDepth, strings.Join(chain, " → "))
		}
	}
	return f
}

// longestChain gives the longest way down from a package, itself first. Under
// way are the packages above it, so that a cycle ends.
func (t *Tree) longestChain(pkg string, known map[string][]string, underWay []string) []string {
	if chain, ok := known[pkg]; ok || slices.Contains(underWay, pkg) || t.Packages[pkg] == nil {
		return chain
	}
	var longest []string
	for _, imported := range t.Packages[pkg].Imports {
		if chain := t.longestChain(imported, known, append(underWay, pkg)); len(chain) > len(longest) {
			longest = chain
		}
	}
	known[pkg] = append([]string{pkg}, longest...)
	return known[pkg]
}

// fanOut: only wiring and lists know many rooms.
func fanOut(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		room, ok := roomOf(pkg.Path)
		if !ok || room.Wide != "" || room.Wing == Test || room.Wing == Tool {
			continue
		}
		if n := len(pkg.Imports); n > maxFanOut {
			f.add(pkg.Path, "imports %d packages of ours, more than %d: %s", n, maxFanOut, strings.Join(pkg.Imports, ", "))
		}
	}
	return f
}

// noTestSupportInProduct: what the binary is made of contains nothing for tests.
func noTestSupportInProduct(t *Tree) []Violation {
	var f found
	for _, pkg := range t.product() {
		if room, ok := roomOf(pkg.Path); ok && room.Wing == Test {
			f.add(pkg.Path, "is support of tests and reached from main.go")
		}
		for _, source := range pkg.Sources {
			for _, spec := range source.AST.Imports {
				if forTests(importPath(spec)) {
					f.add(t.at(spec), "imports %s into the product", importPath(spec))
				}
			}
		}
	}
	return f
}

func forTests(importPath string) bool {
	return importPath == "testing" || strings.HasPrefix(importPath, "testing/") ||
		importPath == "net/http/httptest" || strings.Contains(importPath, "/terraform-plugin-testing/")
}

// product gives the packages reached from main.go.
func (t *Tree) product() []*Package {
	reached := map[string]bool{}
	var packages []*Package
	var visit func(string)
	visit = func(name string) {
		pkg := t.Packages[name]
		if pkg == nil || reached[name] {
			return
		}
		reached[name] = true
		packages = append(packages, pkg)
		for _, imported := range pkg.Imports {
			visit(imported)
		}
	}
	visit(".")
	return packages
}
