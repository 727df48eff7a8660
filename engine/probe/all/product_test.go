package all_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// entry is a product's place in the CPE dictionary, and where our code says so.
type entry struct{ where, name, vendor, product string }

// entries reads every probe.Product that is written in a probe, and every technology.
func entries(t *testing.T) []entry {
	t.Helper()
	list := technologyEntries(t)
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.CompositeLit); ok {
				if e, ok := entryOf(literal); ok {
					e.where = positions.Position(literal.Pos()).String()
					list = append(list, e)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// entryOf reads a literal that names a Vendor: the type is often left out, in lists.
func entryOf(literal *ast.CompositeLit) (e entry, ok bool) {
	for _, element := range literal.Elts {
		pair, isPair := element.(*ast.KeyValueExpr)
		if !isPair {
			continue
		}
		key, isName := pair.Key.(*ast.Ident)
		value, isText := pair.Value.(*ast.BasicLit)
		if !isName || !isText {
			continue
		}
		text, _ := strconv.Unquote(value.Value) // the compiler has read it
		switch key.Name {
		case "Name":
			e.name = text
		case "Vendor":
			e.vendor, ok = text, true
		case "CPE":
			e.product = text
		}
	}
	return e, ok
}

func technologyEntries(t *testing.T) []entry {
	t.Helper()
	text, err := os.ReadFile("../http/technologies.txt")
	if err != nil {
		t.Fatal(err)
	}
	var list []entry
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(line, " | ", 5)
		if len(fields) == 5 && line[0] != '#' && fields[3] != "-" {
			vendor, product, _ := strings.Cut(fields[3], ":")
			list = append(list, entry{"technologies.txt", fields[0], vendor, product})
		}
	}
	return list
}

// TestEveryProductHasAValidName: whatever the probes and the table of technologies
// give a CPE, with a version or without, is one, and says what it was made from.
func TestEveryProductHasAValidName(t *testing.T) {
	list := entries(t)
	if len(list) < 250 {
		t.Fatalf("only %d products were found", len(list))
	}
	for _, e := range list {
		product := probe.Product{Name: e.name, Vendor: e.vendor, CPE: e.product}
		for _, version := range []string{"", "1.2.3", "9.2p1", "1.1.1k", "8.0.33-0ubuntu0.22.04.2"} {
			tag := product.Tag(version)
			if len(tag.CPE) != 1 {
				t.Errorf("%s: %s has the names %q", e.where, e.name, tag.CPE)
				continue
			}
			if name, err := cpe.Parse(tag.CPE[0]); err != nil || name.Vendor.Text() != e.vendor || name.Product.Text() != e.product {
				t.Errorf("%s: %s of %s:%s is %s (%v)", e.where, e.name, e.vendor, e.product, tag.CPE[0], err)
			}
		}
	}
}

// TestOtherNamesAreOfOurProducts: the list of the names that products have elsewhere begins
// each line with one that a probe gives.
func TestOtherNamesAreOfOurProducts(t *testing.T) {
	ours := map[string]bool{}
	for _, e := range entries(t) {
		ours[cpe.Software(cpe.Application, e.vendor, e.product, "").Key()] = true
	}
	text, err := os.ReadFile("../../feed/products.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		names := strings.Fields(line)
		if line[0] == '#' || len(names) == 0 {
			continue
		}
		if len(names) < 2 || !ours[names[0]] || seen[names[0]] {
			t.Errorf("%q: no probe gives the first name, there are no others, or it is there twice", line)
		}
		seen[names[0]] = true
		for _, name := range names {
			if _, err := cpe.Parse("cpe:2.3:a:" + name + ":*:*:*:*:*:*:*:*"); err != nil {
				t.Errorf("%q: %v", line, err)
			}
		}
	}
}
