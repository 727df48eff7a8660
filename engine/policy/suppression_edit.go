package policy

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// emptySuppressions is what a new file begins with.
const emptySuppressions = "version: 1\nsuppressions:\n"

// suppressionEntry is what [Suppress] writes of a suppression, in this order.
type suppressionEntry struct {
	ID      string    `yaml:"id"`
	Reason  string    `yaml:"reason"`
	Expires yaml.Node `yaml:"expires"`
	Status  string    `yaml:"status,omitempty"`
	Owner   string    `yaml:"owner,omitempty"`
	Ticket  string    `yaml:"ticket,omitempty"`
}

// Suppress gives the text of a file of suppressions with s in it, which names a
// finding by its ID. An entry of that ID alone is renewed where it stands; else s
// becomes the last one. Comments stay, and a file that lists one entry below the
// other is otherwise left byte for byte. No text is a new file. A file that is not
// valid is refused as [ReadSuppressions] does; name is for messages.
func Suppress(text []byte, name string, s Suppression, at time.Time) ([]byte, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		text = []byte(emptySuppressions)
	}
	before, err := ReadSuppressions(text, name, at)
	if err != nil {
		return nil, err
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("read %s again: %w", name, err)
	}
	edited, err := editSuppressions(text, &root, entryOf(s))
	if err != nil {
		return nil, fmt.Errorf("edit %s: %w", name, err)
	}
	after, err := ReadSuppressions(edited, name, at)
	if err != nil || after.naming(s.ID) == nil || len(after.List) < len(before.List) {
		return nil, &engine.Error{Kind: engine.Invalid, Title: suppressionsTitle, Field: "suppressions", Detail: name + ": its form is too unusual to be edited", Hint: "add the entry by hand"}
	}
	return edited, nil
}

// naming gives the entry that names the id and no matcher besides.
func (s Suppressions) naming(id string) *Suppression {
	for i := range s.List {
		if one := &s.List[i]; one.ID == id && one.Rule+one.Target+one.Path+one.Severity == "" && one.Port == 0 {
			return one
		}
	}
	return nil
}

func entryOf(s Suppression) suppressionEntry {
	expires := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: s.Expires.Format(time.DateOnly)}
	e := suppressionEntry{ID: s.ID, Reason: s.Reason, Expires: expires, Status: string(s.Status), Owner: s.Owner, Ticket: s.Ticket}
	if s.Status == SuppressionAccepted {
		e.Status = ""
	}
	return e
}

func editSuppressions(text []byte, root *yaml.Node, entry suppressionEntry) ([]byte, error) {
	if len(root.Content) == 0 { // comments only
		return appendEntry(append(endLine(text), emptySuppressions...), nil, entry)
	}
	list := memberOf(root.Content[0], "suppressions")
	if list == nil {
		return appendEntry(append(endLine(text), "suppressions:\n"...), nil, entry)
	}
	if old := entryNamed(list, entry.ID); old != nil {
		if err := renewEntry(old, entry); err != nil {
			return nil, err
		}
		return encodeSuppressions(root)
	}
	if isLast(root.Content[0], list) && (list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle == 0) {
		return appendEntry(text, list, entry)
	}
	return insertEntry(root, list, entry)
}

// memberOf gives the value of a key; nil if there is none.
func memberOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

func isLast(mapping, value *yaml.Node) bool { return mapping.Content[len(mapping.Content)-1] == value }

// entryNamed gives the entry that names the id and no matcher besides.
func entryNamed(list *yaml.Node, id string) *yaml.Node {
	for _, entry := range list.Content {
		if named := memberOf(entry, "id"); named == nil || named.Value != id {
			continue
		}
		isNarrowed := false
		for _, matcher := range []string{"rule", "target", "port", "path", "severity"} {
			isNarrowed = isNarrowed || memberOf(entry, matcher) != nil
		}
		if !isNarrowed {
			return entry
		}
	}
	return nil
}

// renewEntry overwrites the values that are given and leaves the others.
func renewEntry(old *yaml.Node, entry suppressionEntry) error {
	var renewed yaml.Node
	if err := renewed.Encode(entry); err != nil {
		return err
	}
	for i := 0; i+1 < len(renewed.Content); i += 2 {
		key, value := renewed.Content[i], renewed.Content[i+1]
		there := memberOf(old, key.Value)
		if there == nil {
			old.Content = append(old.Content, key, value)
			continue
		}
		there.Value, there.Tag, there.Style = value.Value, value.Tag, value.Style
	}
	return nil
}

// appendEntry writes the entry behind the text, as far to the right as the others of
// its list.
func appendEntry(text []byte, list *yaml.Node, entry suppressionEntry) ([]byte, error) {
	indent := 2
	if list != nil && len(list.Content) > 0 {
		indent = list.Column - 1
	}
	lines, err := yaml.Marshal(entry)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(endLine(text))
	lead := "- "
	for line := range strings.Lines(string(lines)) {
		out.WriteString(strings.Repeat(" ", indent) + lead + line)
		lead = "  "
	}
	return out.Bytes(), nil
}

// insertEntry is for lists within brackets, and those that other keys follow.
func insertEntry(root, list *yaml.Node, entry suppressionEntry) ([]byte, error) {
	var node yaml.Node
	if err := node.Encode(entry); err != nil {
		return nil, err
	}
	list.Kind, list.Tag, list.Style, list.Value = yaml.SequenceNode, "!!seq", 0, ""
	list.Content = append(list.Content, &node)
	if first := list.Content[0]; list.LineComment != "" && first.HeadComment == "" {
		first.HeadComment, list.LineComment = list.LineComment, "" // has no place behind a list of lines
	}
	return encodeSuppressions(root)
}

func encodeSuppressions(root *yaml.Node) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err := encoder.Encode(root)
	return out.Bytes(), err
}

// endLine copies text so that it ends in one line break.
func endLine(text []byte) []byte {
	trimmed := bytes.TrimRight(text, " \t\r\n")
	return append(bytes.Clone(trimmed), '\n')
}
