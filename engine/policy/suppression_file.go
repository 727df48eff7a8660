package policy

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/yamlfile"
)

const (
	// SuppressionFile is where suppressions stand unless another file is named.
	SuppressionFile = ".portolan-ignore.yml"

	suppressionsVersion = 1
	maxSuppressions     = 10_000
	suppressionsTitle   = "Suppressions are not valid"
)

// ReadSuppressions reads the YAML of one file; name is for messages. All that is
// wrong is in the error, an [engine.Invalid] [engine.Error], each as "file:line: what".
func ReadSuppressions(data []byte, name string, at time.Time) (Suppressions, error) {
	reader := &suppressionReader{Reader: yamlfile.Reader{Name: name}, at: at}
	list := reader.read(data)
	err := reader.Err(suppressionsTitle, "suppressions",
		"each needs an id or a matcher (rule, target, port, path), a reason, and an expires date at most 366 days ahead")
	if err != nil {
		return Suppressions{}, err
	}
	return Suppressions{List: list}, nil
}

// suppressionReader walks the nodes of a file, because each message names its line.
type suppressionReader struct {
	yamlfile.Reader
	at time.Time
}

// read reads the whole file; one without a document suppresses nothing.
func (r *suppressionReader) read(data []byte) (list []Suppression) {
	r.Read(data, func(root *yaml.Node) {
		r.Versioned(root, suppressionsVersion, map[string]func(*yaml.Node){
			"suppressions": func(n *yaml.Node) {
				r.List(n, "suppressions", maxSuppressions, func(entry *yaml.Node) { list = append(list, r.entry(entry)) })
			},
		})
	})
	return list
}

func (r *suppressionReader) entry(node *yaml.Node) Suppression {
	s := Suppression{File: r.Name, Line: node.Line, Status: SuppressionAccepted}
	text := func(to *string) func(*yaml.Node) { return func(n *yaml.Node) { r.Text(n, to) } }
	r.Members(node, map[string]func(*yaml.Node){
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
	if s.namesNothing() {
		r.Complain(node, "%s", nothingNamed)
	}
	if !saysSomething(s.Reason) {
		r.Complain(node, "reason is missing")
	}
	if s.Expires.IsZero() && !r.saidExpires(node) {
		r.Complain(node, "expires is missing; write a date such as %s", usualExpiry(r.at))
	}
	for _, complaint := range s.badPlaces() {
		r.Complain(node, "%s", complaint)
	}
}

// saidExpires keeps a wrong date from being called missing as well.
func (r *suppressionReader) saidExpires(node *yaml.Node) bool {
	return slices.ContainsFunc(node.Content, func(n *yaml.Node) bool { return n.Value == "expires" })
}

func (r *suppressionReader) id(node *yaml.Node) string {
	if err := ValidateFingerprint(node.Value); err != nil {
		r.Complain(node, "%s", detailOf(err))
	}
	return node.Value
}

func (r *suppressionReader) port(node *yaml.Node) int {
	var port int
	if err := node.Decode(&port); err != nil || port < 1 || port > 65535 {
		r.Complain(node, "port %q is not a number from 1 to 65535", node.Value)
	}
	return port
}

// severity reads "<=medium": a suppression says what it may hide at worst.
func (r *suppressionReader) severity(node *yaml.Node) (string, engine.Severity) {
	ceiling, err := parseCeiling(node.Value)
	if err != nil {
		r.Complain(node, "%s", detailOf(err))
	}
	return node.Value, ceiling
}

func (r *suppressionReader) expires(node *yaml.Node) time.Time {
	expires, err := ParseExpiry(node.Value, r.at)
	if err != nil {
		r.Complain(node, "%s", detailOf(err))
	}
	return expires
}

func (r *suppressionReader) status(node *yaml.Node) SuppressionStatus {
	status, err := ParseSuppressionStatus(node.Value)
	if err != nil {
		r.Complain(node, "%s", detailOf(err))
	}
	return status
}
