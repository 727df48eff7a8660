package scanfile

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// YAML writes a scan file with what a request says of targets, exclusions, ports and
// expectations, which [Read] gives again.
func YAML(r engine.ScanRequest) ([]byte, error) {
	file := struct {
		Version int           `yaml:"version"`
		Targets []string      `yaml:"targets"`
		Exclude []string      `yaml:"exclude,omitempty"`
		Ports   string        `yaml:"ports,omitempty"`
		Expect  []expectation `yaml:"expect"`
	}{Version: version, Targets: words(r.Targets), Exclude: words(r.Exclude), Ports: string(r.Ports), Expect: []expectation{}}
	for _, e := range r.Expect {
		file.Expect = append(file.Expect, expectation{string(e.Host), yaml.Node{Kind: yaml.ScalarNode, Value: string(e.Port)}, e.Protocol, e.Service, e.TLSMin, e.Owner, e.Optional})
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(file); err != nil {
		return nil, fmt.Errorf("write scan file: %w", err)
	}
	return text.Bytes(), nil
}

// expectation is an entry as people write it: a port is a number.
type expectation struct {
	Host     string    `yaml:"host,omitempty"`
	Port     yaml.Node `yaml:"port"`
	Protocol string    `yaml:"protocol,omitempty"`
	Service  string    `yaml:"service,omitempty"`
	TLSMin   string    `yaml:"tls_min,omitempty"`
	Owner    string    `yaml:"owner,omitempty"`
	Optional bool      `yaml:"optional,omitempty"`
}

func words(targets []engine.Target) []string {
	list := make([]string, len(targets))
	for i, t := range targets {
		list[i] = string(t)
	}
	return list
}

// HCL writes the same as a resource of Terraform with a name.
func HCL(r engine.ScanRequest, name string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "resource \"portolan_scan\" %s {\n", quote(name))
	fmt.Fprintf(&b, "  targets = %s\n", quoteAll(words(r.Targets)))
	if len(r.Exclude) > 0 {
		fmt.Fprintf(&b, "  exclude = %s\n", quoteAll(words(r.Exclude)))
	}
	if r.Ports != "" {
		fmt.Fprintf(&b, "  ports   = %s\n", quote(string(r.Ports)))
	}
	b.WriteString("\n  expect = [\n")
	for _, e := range r.Expect {
		fmt.Fprintf(&b, "    { %s },\n", strings.Join(members(e), ", "))
	}
	b.WriteString("  ]\n}\n")
	return b.Bytes()
}

func members(e engine.Expectation) (list []string) {
	for _, m := range []struct{ name, value string }{
		{"host", string(e.Host)}, {"port", string(e.Port)}, {"protocol", e.Protocol}, {"service", e.Service}, {"tls_min", e.TLSMin}, {"owner", e.Owner},
	} {
		if m.value != "" {
			list = append(list, m.name+" = "+quote(m.value))
		}
	}
	if e.Optional {
		list = append(list, "optional = true")
	}
	return list
}

// quote writes a string of HCL, in which ${ and %{ begin templates.
func quote(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(s))
}

func quoteAll(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
