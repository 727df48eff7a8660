// Package yamlfile reads YAML that people write by hand. It finds all that is wrong
// with a file at once, and names the line of each mistake. Begin with [Reader.Read].
//
// It knows no file of ours: whoever does walks the nodes with a [Reader], which says
// what may stand where. It opens no file.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Reader collects what is wrong with one file.
type Reader struct {
	Name  string // of the file, for messages
	wrong []string
}

// Read parses a file and hands over its root, unless the file is empty. More than one
// document is a mistake.
func (r *Reader) Read(data []byte, document func(root *yaml.Node)) {
	var root, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		r.wrong = append(r.wrong, syntaxError(r.Name, err))
		return
	}
	if len(root.Content) > 0 {
		document(root.Content[0])
	}
	if err := decoder.Decode(&second); err == nil {
		r.Complain(&second, "a second document begins here; a file has one")
	}
}

// yamlLine is how the parser names a line.
var yamlLine = regexp.MustCompile(`^yaml: line (\d+): `)

// syntaxError gives a parser's message as "file:line: what".
func syntaxError(name string, err error) string {
	text := err.Error()
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		return name + ":" + m[1] + ": " + text[len(m[0]):]
	}
	return name + ": " + strings.TrimPrefix(text, "yaml: ")
}

// Complain notes a mistake.
func (r *Reader) Complain(node *yaml.Node, format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf("%s:%d: %s", r.Name, node.Line, fmt.Sprintf(format, args...)))
}

// Err gives all mistakes as one [engine.Invalid] error of which title, field and hint
// are given; nil if there are none.
func (r *Reader) Err(title, field, hint string) error {
	if len(r.wrong) == 0 {
		return nil
	}
	const shown = 10
	wrong := r.wrong
	if more := len(wrong) - shown; more > 0 {
		wrong = append(wrong[:shown:shown], fmt.Sprintf("and %d more", more))
	}
	return &engine.Error{Kind: engine.Invalid, Title: title, Field: field, Detail: strings.Join(wrong, "\n"), Hint: hint}
}

// Versioned is [Reader.Members] for a mapping that has to say version: N as well.
func (r *Reader) Versioned(node *yaml.Node, version int, known map[string]func(*yaml.Node)) {
	known, said := maps.Clone(known), false
	known["version"] = func(n *yaml.Node) {
		var v int
		if said = true; n.Decode(&v) != nil || v != version {
			r.Complain(n, "version is %q, this program reads %d", n.Value, version)
		}
	}
	r.Members(node, known)
	if !said {
		r.Complain(node, "version is missing; write version: %d", version)
	}
}

// Members gives each member of a mapping to the function of its name. Names that are
// not known, or there twice, are mistakes.
func (r *Reader) Members(node *yaml.Node, known map[string]func(*yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		r.Complain(node, "a mapping of keys to values is wanted here")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if seen[key.Value] {
			r.Complain(key, "%q is there twice", key.Value)
			continue
		}
		seen[key.Value] = true
		if read, ok := known[key.Value]; ok {
			read(value)
			continue
		}
		hint := engine.Meant(key.Value, slices.Sorted(maps.Keys(known)), "")
		if hint != "" {
			hint = ", " + hint
		}
		r.Complain(key, "there is no key %q%s", key.Value, hint)
	}
}

// List gives each item of a list to read. Nothing, as after "key:", is an empty list.
func (r *Reader) List(node *yaml.Node, name string, limit int, read func(*yaml.Node)) {
	switch {
	case node.Tag == "!!null":
	case node.Kind != yaml.SequenceNode:
		r.Complain(node, "%s is a list", name)
	case len(node.Content) > limit:
		r.Complain(node, "the list has %d entries, at most %d are read", len(node.Content), limit)
	default:
		for _, item := range node.Content {
			read(item)
		}
	}
}

// Text reads a single value as it is written.
func (r *Reader) Text(node *yaml.Node, to *string) {
	if node.Kind != yaml.ScalarNode {
		r.Complain(node, "a text is wanted here")
		return
	}
	*to = node.Value
}
