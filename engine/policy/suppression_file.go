package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// SuppressionFile is where suppressions stand unless another file is named.
	SuppressionFile = ".portolan-ignore.yml"

	suppressionsVersion = 1
	maxSuppressions     = 10_000
)

// ReadSuppressions reads the YAML of one file; name is for messages. All that is
// wrong is in the error, an [engine.Invalid] [engine.Error], each as "file:line: what".
func ReadSuppressions(data []byte, name string, at time.Time) (Suppressions, error) {
	var root, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		return Suppressions{}, invalidSuppressions([]string{syntaxError(name, err)})
	}
	reader := &suppressionReader{file: name, at: at}
	list := reader.document(&root)
	if err := decoder.Decode(&second); err == nil {
		reader.complain(&second, "a second document begins here; a file has one")
	}
	if len(reader.wrong) > 0 {
		return Suppressions{}, invalidSuppressions(reader.wrong)
	}
	return Suppressions{List: list}, nil
}

func invalidSuppressions(wrong []string) error {
	const shown = 10
	if more := len(wrong) - shown; more > 0 {
		wrong = append(wrong[:shown:shown], fmt.Sprintf("and %d more", more))
	}
	return &engine.Error{
		Kind: engine.Invalid, Title: "Suppressions are not valid", Field: "suppressions", Detail: strings.Join(wrong, "\n"),
		Hint: "each needs an id or a matcher (rule, target, port, path), a reason, and an expires date at most 366 days ahead",
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

// suppressionReader walks the nodes of a file, because each message names its line.
type suppressionReader struct {
	file  string
	at    time.Time
	wrong []string
}

func (r *suppressionReader) complain(node *yaml.Node, format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf("%s:%d: %s", r.file, node.Line, fmt.Sprintf(format, args...)))
}

// document reads the whole file; one without a document suppresses nothing.
func (r *suppressionReader) document(root *yaml.Node) []Suppression {
	if len(root.Content) == 0 {
		return nil
	}
	var list []Suppression
	version := false
	r.members(root.Content[0], map[string]func(*yaml.Node){
		"version": func(n *yaml.Node) {
			var v int
			if version = true; n.Decode(&v) != nil || v != suppressionsVersion {
				r.complain(n, "version is %q, this program reads %d", n.Value, suppressionsVersion)
			}
		},
		"suppressions": func(n *yaml.Node) { list = r.list(n) },
	})
	if !version {
		r.complain(root.Content[0], "version is missing; write version: %d", suppressionsVersion)
	}
	return list
}

// members gives each member of a mapping to the function of its name.
func (r *suppressionReader) members(node *yaml.Node, known map[string]func(*yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		r.complain(node, "a mapping of keys to values is wanted here")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if seen[key.Value] {
			r.complain(key, "%q is there twice", key.Value)
			continue
		}
		seen[key.Value] = true
		if read, ok := known[key.Value]; ok {
			read(value)
			continue
		}
		keys := slices.Sorted(maps.Keys(known))
		hint := engine.Meant(key.Value, keys, "")
		if hint != "" {
			hint = ", " + hint
		}
		r.complain(key, "there is no key %q%s", key.Value, hint)
	}
}

func (r *suppressionReader) list(node *yaml.Node) []Suppression {
	if node.Tag == "!!null" {
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		r.complain(node, "suppressions is a list")
		return nil
	}
	if len(node.Content) > maxSuppressions {
		r.complain(node, "the list has %d entries, at most %d are read", len(node.Content), maxSuppressions)
		return nil
	}
	var list []Suppression
	for _, entry := range node.Content {
		list = append(list, r.entry(entry))
	}
	return list
}

func (r *suppressionReader) entry(node *yaml.Node) Suppression {
	s := Suppression{File: r.file, Line: node.Line, Status: SuppressionAccepted}
	text := func(to *string) func(*yaml.Node) { return func(n *yaml.Node) { r.text(n, to) } }
	r.members(node, map[string]func(*yaml.Node){
		"id": func(n *yaml.Node) { s.ID = r.id(n) }, "rule": text(&s.Rule), "target": text(&s.Target), "path": text(&s.Path),
		"reason": text(&s.Reason), "owner": text(&s.Owner), "ticket": text(&s.Ticket),
		"port":     func(n *yaml.Node) { s.Port = r.port(n) },
		"severity": func(n *yaml.Node) { s.Severity, s.ceiling = r.severity(n) },
		"expires":  func(n *yaml.Node) { s.Expires = r.expires(n) },
		"status":   func(n *yaml.Node) { s.Status = r.status(n) },
	})
	r.complete(node, &s)
	return s
}

// complete holds an entry against the rules that are about several of its keys.
func (r *suppressionReader) complete(node *yaml.Node, s *Suppression) {
	if s.ID == "" && s.Rule == "" && s.Target == "" && s.Port == 0 && s.Path == "" {
		r.complain(node, "nothing is named; give an id, or one of rule, target, port, path")
	}
	if !saysSomething(s.Reason) {
		r.complain(node, "reason is missing")
	}
	if s.Expires.IsZero() && !r.saidExpires(node) {
		r.complain(node, "expires is missing; write a date such as %s", usualExpiry(r.at))
	}
	for _, glob := range []string{s.Rule, s.Target, s.Path} {
		if _, err := path.Match(glob, ""); errors.Is(err, path.ErrBadPattern) {
			r.complain(node, "%q is not a glob", glob)
		}
	}
	if strings.Contains(s.Target, "/") {
		if _, err := netip.ParsePrefix(s.Target); err != nil {
			r.complain(node, "target %q is neither a glob over names nor a CIDR", s.Target)
		}
	}
}

// saidExpires keeps a wrong date from being called missing as well.
func (r *suppressionReader) saidExpires(node *yaml.Node) bool {
	return slices.ContainsFunc(node.Content, func(n *yaml.Node) bool { return n.Value == "expires" })
}

func (r *suppressionReader) text(node *yaml.Node, to *string) {
	if node.Kind != yaml.ScalarNode {
		r.complain(node, "a text is wanted here")
		return
	}
	*to = node.Value
}

func (r *suppressionReader) id(node *yaml.Node) string {
	if err := ValidateFingerprint(node.Value); err != nil {
		r.complain(node, "%s", detailOf(err))
	}
	return node.Value
}

func (r *suppressionReader) port(node *yaml.Node) int {
	var port int
	if err := node.Decode(&port); err != nil || port < 1 || port > 65535 {
		r.complain(node, "port %q is not a number from 1 to 65535", node.Value)
	}
	return port
}

// severity reads "<=medium": a suppression says what it may hide at worst.
func (r *suppressionReader) severity(node *yaml.Node) (string, engine.Severity) {
	ceiling := engine.Severity(strings.TrimSpace(strings.TrimPrefix(node.Value, "<=")))
	if !strings.HasPrefix(node.Value, "<=") || ceiling.Rank() < 0 {
		r.complain(node, "severity %q is not a ceiling; write for example <=medium", node.Value)
	}
	return node.Value, ceiling
}

func (r *suppressionReader) expires(node *yaml.Node) time.Time {
	expires, err := ParseExpiry(node.Value, r.at)
	if err != nil {
		r.complain(node, "%s", detailOf(err))
	}
	return expires
}

func (r *suppressionReader) status(node *yaml.Node) SuppressionStatus {
	status, err := ParseSuppressionStatus(node.Value)
	if err != nil {
		r.complain(node, "%s", detailOf(err))
	}
	return status
}
