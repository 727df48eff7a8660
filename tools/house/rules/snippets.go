package rules

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// snippet is a fenced block of a page.
type snippet struct {
	language, text string
	line           int
}

// snippets: what README and the guides show is under test. A terraform block is
// the copy of a file below examples/, a yaml block of one in examples/workflows/ or
// examples/guides/ (all examples are run by tests), and a line for the shell begins with a make
// target or a command that exists.
func snippets(t *Tree) []Violation {
	var f found
	pages := []string{"README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"}
	pages = append(pages, t.glob("templates", ".md", ".md.tmpl")...)
	configurations := t.texts(t.glob("examples", ".tf", ".tfquery.hcl"))
	files := t.texts(append(t.glob("examples/workflows", ".yml", ".yaml"), t.glob("examples/guides", ".yml", ".yaml")...))
	for _, page := range pages {
		for _, s := range fenced(t.text(page)) {
			where := page + ":" + strconv.Itoa(s.line)
			switch s.language {
			case "terraform", "hcl":
				if !slices.Contains(configurations, s.text) {
					f.add(where, "this terraform block is no copy of a file in examples/, so nothing runs it")
				}
			case "yaml", "yml":
				if !slices.Contains(files, s.text) {
					f.add(where, "this yaml block is no copy of a file in examples/workflows/ or examples/guides/, so nothing checks it")
				}
			case "sh", "bash", "shell", "console":
				t.shell(where, s.text, &f)
			}
		}
	}
	return f
}

var fence = regexp.MustCompile("(?ms)^```([a-z]*)[^\n]*\n(.*?)^```[ \t]*$")

func fenced(page string) []snippet {
	var all []snippet
	for _, m := range fence.FindAllStringSubmatchIndex(page, -1) {
		all = append(all, snippet{
			language: page[m[2]:m[3]],
			text:     strings.TrimSpace(page[m[4]:m[5]]),
			line:     strings.Count(page[:m[0]], "\n") + 1,
		})
	}
	return all
}

func (t *Tree) texts(names []string) []string {
	var texts []string
	for _, name := range names {
		texts = append(texts, strings.TrimSpace(t.text(name)))
	}
	return texts
}

// terraformCommands are those a snippet may show; both Terraform and OpenTofu have them.
var terraformCommands = []string{"init", "plan", "apply", "destroy", "output", "import", "show", "validate", "test", "query"}

// shell judges the lines of a block for the shell.
func (t *Tree) shell(where, text string, f *found) {
	continued := false
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
		skip := continued || line == "" || strings.HasPrefix(line, "#")
		continued = strings.HasSuffix(line, `\`)
		if skip {
			continue
		}
		words := append(strings.Fields(line), "")
		command, argument := words[0][strings.LastIndex(words[0], "/")+1:], words[1]
		if !t.knows(command, argument) && !callsTheAPI(line) {
			f.add(where, "%q begins with no make target and no command that exists", line)
		}
	}
}

// callsTheAPI knows the lines of the guide for clients, which a test of
// engine/api/private gives to a shell.
func callsTheAPI(line string) bool {
	return strings.HasPrefix(line, "curl ") && strings.Contains(line, `"$PORTOLAN_ENDPOINT/api/`) || strings.HasPrefix(line, "export PORTOLAN_")
}

func (t *Tree) knows(command, argument string) bool {
	switch command {
	case "make":
		target := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(argument) + `:`)
		return argument != "" && target.MatchString(t.text("GNUmakefile"))
	case "portolan":
		return slices.Contains(t.subcommands(), argument)
	case "terraform", "tofu":
		return slices.Contains(terraformCommands, argument)
	}
	return false
}

// subcommands gives the words that main.go and package cli decide by: those they
// compare with, those of their case clauses and the names in their tables.
func (t *Tree) subcommands() []string {
	var words []string
	for _, dir := range []string{".", "cli"} {
		if t.Packages[dir] == nil {
			continue
		}
		for _, source := range t.Packages[dir].Sources {
			ast.Inspect(source.AST, func(node ast.Node) bool {
				words = append(words, decidingWords(node)...)
				return true
			})
		}
	}
	return words
}

func decidingWords(node ast.Node) []string {
	var exprs []ast.Expr
	switch n := node.(type) {
	case *ast.CaseClause:
		exprs = n.List
	case *ast.CompositeLit:
		exprs = n.Elts
	case *ast.KeyValueExpr:
		exprs = []ast.Expr{n.Key, n.Value}
	case *ast.BinaryExpr:
		exprs = []ast.Expr{n.X, n.Y}
	}
	var words []string
	for _, expr := range exprs {
		if literal, ok := expr.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if word, err := strconv.Unquote(literal.Value); err == nil {
				words = append(words, word)
			}
		}
	}
	return words
}
