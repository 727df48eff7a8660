package rules

import (
	"go/ast"
	"regexp"
	"strings"
)

// runnerLibrary writes to the runner of GitHub Actions.
const runnerLibrary = "github.com/sethvargo/go-githubactions"

// printing names what writes to the streams of the process.
var printing = map[string]*regexp.Regexp{
	"os":  regexp.MustCompile(`^(Stdout|Stderr)$`),
	"fmt": regexp.MustCompile(`^(Print|Printf|Println)$`),
	"log": regexp.MustCompile(`^(Print.*|Output|Default)$`),
}

// onlyReportWritesToTheRunner: a line of the action's log may be a command to the
// runner, so one package writes them all, and no other knows the library that does.
func onlyReportWritesToTheRunner(t *Tree) []Violation {
	const instead = "only action/report writes to the runner; call it instead"
	var f found
	for _, pkg := range t.sorted() {
		if pkg.Path == "action/report" {
			continue
		}
		for _, source := range pkg.Sources {
			for _, spec := range source.AST.Imports {
				if importPath(spec) == runnerLibrary {
					f.add(t.at(spec), "imports %s: %s", runnerLibrary, instead)
				}
			}
		}
		if pkg.Path != "action" && !strings.HasPrefix(pkg.Path, "action/") {
			continue
		}
		pkg.eachImported(func(_ *Source, sel *ast.SelectorExpr, importPath, name string) {
			if pattern := printing[importPath]; pattern != nil && pattern.MatchString(name) {
				f.add(t.at(sel), "uses %s.%s: %s", importPath, name, instead)
			}
		})
	}
	return f.sorted()
}
