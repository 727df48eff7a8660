package rules

import (
	"go/ast"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
)

// advancing names the methods of package engine that change a state: of a scan and a
// task, and of an issue.
var advancing = []string{"Advance", "See", "Miss", "Decide", "Expire", "Absorb"}

// onlyControlAdvances: what changes the state of a scan, a task or an issue is called in
// control and, tests aside, nowhere else. The names belong to package engine: a type of
// another package with such a method is no violation, one of unknown type is.
func onlyControlAdvances(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		room, _ := roomOf(pkg.Path)
		if pkg.Path == "engine" || pkg.Path == "engine/control" || room.Wing == Test {
			continue
		}
		for _, source := range pkg.Sources {
			ast.Inspect(source.AST, func(node ast.Node) bool {
				if sel, ok := node.(*ast.SelectorExpr); ok && slices.Contains(advancing, sel.Sel.Name) && pkg.mayBeEngines(sel) {
					f.add(t.at(sel), "only engine/control changes the state of a scan, a task or an issue; call control instead")
				}
				return true
			})
		}
	}
	return f
}

// mayBeEngines tells whether a method belongs to package engine, or it is not known to whom.
func (p *Package) mayBeEngines(sel *ast.SelectorExpr) bool {
	selection, ok := p.info.Selections[sel]
	return !ok || selection.Obj().Pkg() == nil || selection.Obj().Pkg().Path() == Module+"/engine"
}

// dialing names what reaches the network around a Dialer.
var dialing = map[string]*regexp.Regexp{
	"net":                   regexp.MustCompile(`^(Dial.*|Listen.*|Lookup.*|Resolve.*|Resolver|DefaultResolver)$`),
	"crypto/tls":            regexp.MustCompile(`^(Dial.*|Listen)$`),
	"net/http":              regexp.MustCompile(`^(Get|Head|Post|PostForm|DefaultClient|DefaultTransport|ProxyFromEnvironment|Listen.*)$`),
	"net/rpc":               regexp.MustCompile(`^Dial.*$`),
	"net/smtp":              regexp.MustCompile(`^(Dial|SendMail)$`),
	"syscall":               regexp.MustCompile(`^(Socket|Connect)$`),
	"golang.org/x/sys/unix": regexp.MustCompile(`^(Socket|Connect)$`),
	"golang.org/x/net/proxy": regexp.MustCompile(
		`^(Dial|FromEnvironment.*)$`),
	"golang.org/x/crypto/ssh": regexp.MustCompile(`^Dial$`),
	"github.com/miekg/dns":    regexp.MustCompile(`^(Dial.*|Exchange.*|ExchangeContext)$`),
}

// probesDoNotDial: a probe reaches the network only through the Dialer it is
// handed, which knows the scope and the budget.
func probesDoNotDial(t *Tree) []Violation {
	const instead = "a probe reaches the network only through the Dialer it is handed"
	var f found
	for _, pkg := range t.sorted() {
		room, _ := roomOf(pkg.Path)
		isProbe := pkg.Path == "engine/probe" || strings.HasPrefix(pkg.Path, "engine/probe/")
		if !isProbe || room.Wing == Test {
			continue
		}
		pkg.eachImported(func(_ *Source, sel *ast.SelectorExpr, importPath, name string) {
			if pattern := dialing[importPath]; pattern != nil && pattern.MatchString(name) {
				f.add(t.at(sel), "uses %s.%s: %s", path.Base(importPath), name, instead)
			}
		})
		for _, literal := range pkg.dialingLiterals() {
			f.add(t.at(literal), "an http client or transport without a field that says how to dial: %s", instead)
		}
	}
	return f.sorted()
}

// dialingLiterals finds http.Transport{…} without DialContext and http.Client{…}
// without Transport: both would dial by themselves.
func (p *Package) dialingLiterals() []ast.Node {
	needs := map[string]string{"Transport": "DialContext", "Client": "Transport"}
	var nodes []ast.Node
	for _, source := range p.Sources {
		ast.Inspect(source.AST, func(node ast.Node) bool {
			literal, ok := node.(*ast.CompositeLit)
			if !ok {
				return true
			}
			sel, ok := literal.Type.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			importPath, name, ok := p.imported(sel)
			if ok && importPath == "net/http" && needs[name] != "" && !hasField(literal, needs[name]) {
				nodes = append(nodes, literal)
			}
			return true
		})
	}
	return nodes
}

func hasField(literal *ast.CompositeLit, name string) bool {
	return slices.ContainsFunc(literal.Elts, func(e ast.Expr) bool {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		key, ok := pair.Key.(*ast.Ident)
		return ok && key.Name == name
	})
}

var exits = regexp.MustCompile(`^(os\.Exit|log\.(Fatal|Panic).*|syscall\.Exit)$`)

// onlyMainExits: everybody else returns an error.
func onlyMainExits(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		pkg.eachImported(func(source *Source, sel *ast.SelectorExpr, importPath, name string) {
			if !isMainFile(source.Path) && exits.MatchString(path.Base(importPath)+"."+name) {
				f.add(t.at(sel), "only main.go ends the program; return an error")
			}
		})
	}
	return f
}

// isMainFile: main.go of the root and of a tool.
func isMainFile(name string) bool {
	return name == "main.go" || (path.Base(name) == "main.go" && strings.HasPrefix(name, "tools/"))
}

var environment = regexp.MustCompile(`^(Getenv|LookupEnv|Environ|ExpandEnv|Setenv|Unsetenv|Clearenv|Args)$`)

// doorsReadTheEnvironment: variables and arguments are read in the Main of a
// door (in a tool and in main.go: in package main) and handed on from there. The
// provider has a second door: New, which Terraform's test framework calls.
func doorsReadTheEnvironment(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		room, ok := roomOf(pkg.Path)
		if ok && (room.Wing == Test || room.Wing == Tool) {
			continue
		}
		for _, source := range pkg.Sources {
			for _, decl := range source.AST.Decls {
				if isDoorStep(room, source, decl) {
					continue
				}
				t.environmentIn(pkg, decl, &f)
			}
		}
	}
	return f
}

func (t *Tree) environmentIn(pkg *Package, decl ast.Decl, f *found) {
	ast.Inspect(decl, func(node ast.Node) bool {
		sel, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if importPath, name, ok := pkg.imported(sel); ok && importPath == "os" && environment.MatchString(name) {
			f.add(t.at(sel), "os.%s is read only in the Main of a door; hand the value in", name)
		}
		return true
	})
}

// isDoorStep tells whether a declaration is a function in which the environment may be read.
func isDoorStep(room Room, source *Source, decl ast.Decl) bool {
	function, ok := decl.(*ast.FuncDecl)
	if !ok || !room.Door || function.Recv != nil {
		return false
	}
	if source.Path == "main.go" || function.Name.Name == "Main" {
		return true
	}
	return room.Path == "provider" && function.Name.Name == "New"
}

// doorsReadFlags: only a door parses arguments.
func doorsReadFlags(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		if room, ok := roomOf(pkg.Path); ok && room.Door {
			continue
		}
		for _, source := range pkg.Sources {
			for _, spec := range source.AST.Imports {
				if name := importPath(spec); name == "flag" || name == "github.com/spf13/pflag" {
					f.add(t.at(spec), "flags are read only in a door; take the value as a parameter")
				}
			}
		}
	}
	return f
}

// noInit: what happens, happens because somebody called it.
func noInit(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		for _, source := range pkg.Sources {
			for _, decl := range source.AST.Decls {
				if function, ok := decl.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
					f.add(t.at(function), "has an init function; list things explicitly instead")
				}
			}
		}
	}
	return f
}

// isPackageLevel tells whether an object is a variable of a package, not of a function.
func isPackageLevel(object types.Object) bool {
	variable, ok := object.(*types.Var)
	return ok && variable.Pkg() != nil && variable.Parent() == variable.Pkg().Scope()
}
