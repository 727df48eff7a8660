// Package scanfile reads portolan.yml, in which a repository declares what is scanned
// and what should be exposed, in the words of the Terraform resource. Begin with [Read].
//
// It finds no file and asks no engine. What the values mean, and which are valid, the
// scan itself says ([engine.ScanRequest.Validate]); this package adds the line.
package scanfile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/yamlfile"
)

// Names are what the file is called where none is named, the first that is there.
func Names() []string { return []string{".portolan.yml", "portolan.yml"} }

const (
	version = 1
	title   = "Scan file is not valid"
)

// File is what one file says.
type File struct {
	Name    string
	Request engine.ScanRequest
	FailOn  string // a policy, "" if it says nothing

	lines map[string]int // of what an error may be about: "targets[3]", "expect[1].port"
}

// Read reads the YAML of one file; name is for messages. All that is wrong with its
// form is in the error, an [engine.Invalid] [engine.Error], each as "file:line: what";
// then comes the first value that is not valid.
func Read(data []byte, name string) (File, error) {
	r := reader{Reader: yamlfile.Reader{Name: name}, file: File{Name: name, lines: map[string]int{}}}
	r.Read(data, r.document)
	if err := r.Err(title, "", "the words are those of the resource portolan_scan"); err != nil {
		return File{}, err
	}
	return r.file, r.file.About(r.file.Request.Validate())
}

// Line is the line of a target of the request, 1 for one that it does not have.
func (f File) Line(target engine.Target) int {
	for i, t := range f.Request.Targets {
		if t.Canonical() == target.Canonical() {
			return f.lines[fmt.Sprintf("targets[%d]", i)]
		}
	}
	return 1
}

// About gives an error of the request with the line it is about.
func (f File) About(err error) error {
	var known *engine.Error
	if !errors.As(err, &known) {
		return err
	}
	for field := known.Field; ; {
		if line, ok := f.lines[field]; ok {
			located := *known
			located.Detail = fmt.Sprintf("%s:%d: %s", f.Name, line, known.Detail)
			return &located
		}
		end := strings.LastIndexAny(field, ".[")
		if end < 0 {
			return err
		}
		field = field[:end]
	}
}

// reader walks the nodes of a file.
type reader struct {
	yamlfile.Reader
	file File
}

func (r *reader) document(root *yaml.Node) {
	request := &r.file.Request
	r.Versioned(root, version, map[string]func(*yaml.Node){
		"targets": func(n *yaml.Node) { request.Targets = r.targets(n, "targets", engine.MaxTargets) },
		"exclude": func(n *yaml.Node) { request.Exclude = r.targets(n, "exclude", engine.MaxExclude) },
		"ports":   func(n *yaml.Node) { request.Ports = engine.Ports(r.text(n, "ports")) },
		"label":   func(n *yaml.Node) { request.Label = r.text(n, "label") },
		"profile": func(n *yaml.Node) { r.profile(n) },
		"fail_on": func(n *yaml.Node) { r.file.FailOn = r.text(n, "fail_on") },
		"expect":  func(n *yaml.Node) { r.expect(n) },
	})
}

// text reads a value and notes its line.
func (r *reader) text(node *yaml.Node, field string) (text string) {
	r.file.lines[field] = node.Line
	r.Text(node, &text)
	return text
}

func (r *reader) targets(node *yaml.Node, field string, limit int) (list []engine.Target) {
	r.file.lines[field] = node.Line
	r.List(node, field, limit, func(item *yaml.Node) {
		list = append(list, engine.Target(r.text(item, fmt.Sprintf("%s[%d]", field, len(list)))))
	})
	return list
}

func (r *reader) profile(node *yaml.Node) {
	p := &r.file.Request.Profile
	r.file.lines["profile"] = node.Line
	r.Members(node, map[string]func(*yaml.Node){
		"addresses": func(n *yaml.Node) { p.Addresses = engine.Addresses(r.text(n, "profile.addresses")) },
		"mode":      func(n *yaml.Node) { p.Mode = engine.ScanMode(r.text(n, "profile.mode")) },
		"rate":      func(n *yaml.Node) { p.Rate = int(r.number(n, "profile.rate")) },
		"host_rate": func(n *yaml.Node) { p.HostRate = int(r.number(n, "profile.host_rate")) },
		"resolvers": func(n *yaml.Node) { p.Resolvers = engine.NameServers(r.text(n, "profile.resolvers")) },
		"max_bytes": func(n *yaml.Node) { p.MaxBytes = r.number(n, "profile.max_bytes") },
	})
}

// number reads a whole number of at most 2³¹ – 1 where int has no more.
func (r *reader) number(node *yaml.Node, field string) int64 {
	number, err := strconv.ParseInt(r.text(node, field), 10, strconv.IntSize)
	if err != nil {
		r.Complain(node, "%q is not a whole number", node.Value)
	}
	return number
}

// expect reads expectations; a list that is there and empty declares that nothing is
// exposed.
func (r *reader) expect(node *yaml.Node) {
	list := []engine.Expectation{}
	r.file.lines["expect"] = node.Line
	r.List(node, "expect", engine.MaxExpectations, func(item *yaml.Node) {
		list = append(list, r.expectation(item, fmt.Sprintf("expect[%d]", len(list))))
	})
	r.file.Request.Expect = list
}

func (r *reader) expectation(node *yaml.Node, field string) (e engine.Expectation) {
	r.file.lines[field] = node.Line
	text := func(name string, take func(string)) func(*yaml.Node) {
		return func(n *yaml.Node) { take(r.text(n, field+"."+name)) }
	}
	r.Members(node, map[string]func(*yaml.Node){
		"host":     text("host", func(s string) { e.Host = engine.Target(s) }),
		"port":     text("port", func(s string) { e.Port = engine.Ports(s) }),
		"protocol": text("protocol", func(s string) { e.Protocol = s }),
		"service":  text("service", func(s string) { e.Service = s }),
		"tls_min":  text("tls_min", func(s string) { e.TLSMin = s }),
		"owner":    text("owner", func(s string) { e.Owner = s }),
		"optional": func(n *yaml.Node) { e.Optional = r.flag(n, field+".optional") },
	})
	return e
}

func (r *reader) flag(node *yaml.Node, field string) (flag bool) {
	r.file.lines[field] = node.Line
	if err := node.Decode(&flag); err != nil || node.Kind != yaml.ScalarNode {
		r.Complain(node, "%q is neither true nor false", node.Value)
	}
	return flag
}
