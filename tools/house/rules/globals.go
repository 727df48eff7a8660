package rules

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

// noChangingGlobals: a variable of a package is a constant that Go cannot write
// as one (an error, a compiled pattern, a table, an embedded file). It begins
// with its value, and nobody assigns to it, to a part of it, or takes its
// address.
func noChangingGlobals(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		for _, source := range pkg.Sources {
			for _, decl := range source.AST.Decls {
				if group, ok := decl.(*ast.GenDecl); ok && group.Tok == token.VAR {
					t.madeToChange(group, &f)
				}
			}
			ast.Inspect(source.AST, func(node ast.Node) bool {
				for _, changed := range changedBy(node) {
					if object := pkg.global(changed); object != nil && !isMainFile(source.Path) {
						f.add(t.at(node), "changes %s, a variable of the package; hand the value in", object.Name())
					}
				}
				return true
			})
		}
	}
	return f
}

// changeable are types whose values exist in order to be changed.
var changeable = regexp.MustCompile(`^\*?(sync\.|atomic\.|bytes\.Buffer|strings\.Builder)|^chan `)

// madeToChange finds variables that begin empty or are of a type for changing.
// main's version, which the linker sets, is written as version = "dev".
func (t *Tree) madeToChange(group *ast.GenDecl, f *found) {
	for _, spec := range group.Specs {
		value, ok := spec.(*ast.ValueSpec)
		if !ok || value.Names[0].Name == "_" || isEmbedded(group, value) {
			continue
		}
		declared := value.Type != nil && changeable.MatchString(types.ExprString(value.Type))
		if len(value.Values) == 0 || declared || makesChangeable(value.Values[0]) {
			f.add(t.at(value), "%s is made to be changed; keep it in a struct or a function", value.Names[0].Name)
		}
	}
}

// makesChangeable: make(…), new(…), sync.Mutex{} and the like.
func makesChangeable(value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.CallExpr:
		called := types.ExprString(v.Fun)
		return called == "make" || called == "new"
	case *ast.UnaryExpr:
		return makesChangeable(v.X)
	case *ast.CompositeLit:
		return v.Type != nil && changeable.MatchString(types.ExprString(v.Type))
	}
	return false
}

func isEmbedded(group *ast.GenDecl, value *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{group.Doc, value.Doc} {
		if doc == nil {
			continue
		}
		for _, line := range doc.List {
			if strings.HasPrefix(line.Text, "//go:embed ") {
				return true
			}
		}
	}
	return false
}

// changedBy gives the expressions that a statement or an operator changes or may change.
func changedBy(node ast.Node) []ast.Expr {
	switch n := node.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			return nil
		}
		return n.Lhs
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if name, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && (name.Name == "delete" || name.Name == "clear" || name.Name == "copy") {
			return n.Args[:1]
		}
	}
	return nil
}

// global gives the package variable an expression is, or is a part of.
func (p *Package) global(expr ast.Expr) types.Object {
	switch e := expr.(type) {
	case *ast.Ident:
		if object := p.info.Uses[e]; isPackageLevel(object) {
			return object
		}
	case *ast.SelectorExpr:
		if object := p.info.Uses[e.Sel]; isPackageLevel(object) {
			return object
		}
		return p.global(e.X)
	case *ast.IndexExpr:
		return p.global(e.X)
	case *ast.StarExpr:
		return p.global(e.X)
	case *ast.ParenExpr:
		return p.global(e.X)
	}
	return nil
}
