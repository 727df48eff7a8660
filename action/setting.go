package action

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanfile"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// none is the word for no suppressions and no baseline.
const none = "none"

// setting is what the inputs ask for, checked.
type setting struct {
	given
	step     step
	at       time.Time
	request  engine.ScanRequest
	declared pages.Declared
	scanID   engine.ScanID // to attach to; 0 for none
	priority int64
	timeout  time.Duration
	interval time.Duration

	failOn, warnOn policy.Policy
	suppressions   policy.Suppressions
}

// newSetting checks all inputs before anything is done.
func newSetting(g given, s step, at time.Time) (*setting, error) {
	set := &setting{given: g, step: s, at: at}
	for _, read := range []func() error{
		g.checkWords, g.checkClashes, g.checkServer, set.readTimes, set.readNumbers, set.readRequest, set.readPolicies, set.readSuppressions, set.checkBaseline, set.checkHead,
	} {
		if err := read(); err != nil {
			return set, err
		}
	}
	return set, nil
}

func (s *setting) readTimes() (err error) {
	if s.timeout, err = s.duration("timeout"); err != nil {
		return err
	}
	s.interval, err = s.duration("poll-interval")
	return err
}

func (s *setting) duration(name string) (time.Duration, error) {
	d, err := time.ParseDuration(s.word(name))
	if err != nil || d <= 0 {
		return 0, badInput(name, fmt.Sprintf("%q is no time", s.word(name)), "write a time such as 30m, 90s or 1h30m")
	}
	return d, nil
}

func (s *setting) readNumbers() error {
	for name, to := range map[string]*int64{"scan-id": (*int64)(&s.scanID), "priority": &s.priority} {
		if s.given[name] == "" {
			continue
		}
		n, err := strconv.ParseInt(s.given[name], 10, 64)
		if err != nil || name == "scan-id" && n < 1 {
			return badInput(name, fmt.Sprintf("%q is not a number of it", s.given[name]), "write digits only")
		}
		*to = n
	}
	return nil
}

// readRequest makes the request of the inputs, and of the file that declares the scan.
func (s *setting) readRequest() error {
	if s.scanID != 0 {
		s.declared = s.declaredForScan()
		return nil
	}
	file, err := s.readFile()
	if err != nil {
		return err
	}
	s.request = file.Request
	s.declared = pages.DeclaredBy(file)
	if err := s.readTargets(); err != nil {
		return err
	}
	if text := s.given["exclude"]; text != "" {
		list, err := parsePlaces("exclude", text)
		if err != nil {
			return err
		}
		s.request.Exclude = targetsOf(list)
	}
	if err := s.readProfile(); err != nil {
		return err
	}
	s.request.Label = cmp.Or(s.given["label"], s.request.Label, s.step.label())
	s.request.Source = s.step.source()
	if s.given["fail-on"] == "" && file.FailOn != "" {
		s.given["fail-on"] = file.FailOn
	}
	return file.About(s.request.Validate())
}

// readFile reads the file that declares the scan: what is named, or the usual one where
// no target is given. Without one it declares nothing.
func (s *setting) readFile() (file scanfile.File, err error) {
	names := scanfile.Names()
	if s.given["config"] != "" {
		names = []string{s.given["config"]}
	} else if s.given["targets"]+s.given["targets-file"] != "" {
		return file, nil
	}
	for _, name := range names {
		text, err := os.ReadFile(s.path(name))
		if errors.Is(err, fs.ErrNotExist) && s.given["config"] == "" {
			continue
		}
		if err != nil {
			return file, badFile("config", name, err)
		}
		file, err = scanfile.Read(text, name)
		return file, about("config", err)
	}
	return file, badInput("targets", "no target is given, and there is no "+names[0]+" in the workspace", "name hosts, addresses, CIDRs or URLs in targets, or check out the repository before this step")
}

// readTargets reads targets and ports of the inputs, which count more than the file.
func (s *setting) readTargets() error {
	name, text := "targets", s.given["targets"]
	if file := s.given["targets-file"]; file != "" {
		bytes, err := os.ReadFile(s.path(file))
		if err != nil {
			return badFile("targets-file", file, err)
		}
		name, text = "targets-file", string(bytes)
	}
	list, err := parsePlaces(name, text)
	if err != nil {
		return err
	}
	if text != "" && len(list) == 0 {
		return badInput(name, "it names no target", "write one target a line")
	}
	if len(list) > 0 {
		s.request.Targets = targetsOf(list)
		s.declared = s.declaredAt(list)
	}
	s.request.Ports = withPorts(list, cmp.Or(engine.Ports(s.given["ports"]), s.request.Ports))
	return nil
}

// readProfile reads words such as rate=1000.
func (s *setting) readProfile() error {
	text := s.word("profile")
	if text == "default" {
		return nil
	}
	words := []string{"addresses", "mode", "rate", "host_rate", "max_bytes"}
	isGap := func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }
	p := &s.request.Profile
	for pair := range strings.FieldsFuncSeq(text, isGap) {
		name, value, _ := strings.Cut(pair, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		switch name {
		case "addresses":
			p.Addresses, err = engine.Addresses(value), nil
		case "mode":
			p.Mode, err = engine.ScanMode(value), nil
		case "rate":
			p.Rate = int(n)
		case "host_rate":
			p.HostRate = int(n)
		case "max_bytes":
			p.MaxBytes = n
		default:
			return badInput("profile", fmt.Sprintf("there is no %q", name), engine.Meant(name, words, "write default, or "+strings.Join(words, "=…, ")+"=…"))
		}
		if err != nil {
			return badInput("profile", fmt.Sprintf("%s is %q", name, value), "write a whole number")
		}
	}
	return nil
}

func (s *setting) readPolicies() (err error) {
	if s.failOn, err = s.policy("fail-on"); err != nil {
		return err
	}
	s.warnOn, err = s.policy("warn-on")
	return err
}

// policy reads a policy whose rules there are: one that is misspelt lets everything pass.
func (s *setting) policy(name string) (policy.Policy, error) {
	p, err := policy.Parse(s.word(name))
	if err != nil {
		return p, about(name, err)
	}
	rules, err := server.Rules()
	if err != nil {
		return p, err
	}
	return p, about(name, p.CheckRules(rules))
}

// readSuppressions reads all files that are named; if none is, the usual one may be there.
func (s *setting) readSuppressions() (err error) {
	if s.suppressions.Rules, err = server.Rules(); err != nil {
		return err
	}
	names, isUsual := []string{policy.SuppressionFile}, true
	if text := s.given["suppressions"]; text != "" {
		names, isUsual = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }), false
	}
	for _, name := range names {
		if name = strings.TrimSpace(name); name == none || name == "" {
			continue
		}
		text, err := os.ReadFile(s.path(name))
		if isUsual && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return badFile("suppressions", name, err)
		}
		read, err := policy.ReadSuppressions(text, filepath.ToSlash(name), s.at)
		if err != nil {
			return about("suppressions", err)
		}
		s.suppressions.List = append(s.suppressions.List, read.List...)
	}
	return nil
}

// path is a file of the workspace.
func (s *setting) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.step.workspace, name)
}

// checkHead refuses to obey the files of a stranger: pull_request_target runs with the
// rights of this repository, so a head that is checked out must not say what is scanned.
func (s *setting) checkHead() error {
	pull := s.step.event.PullRequest
	if s.step.eventName != "pull_request_target" || pull == nil || pull.Head.SHA == "" {
		return nil
	}
	head, _ := os.ReadFile(s.path(filepath.Join(".git", "HEAD"))) // without it nothing is checked out
	if strings.TrimSpace(string(head)) != pull.Head.SHA {
		return nil
	}
	return badInput("config", "pull_request_target has the rights of this repository, and the pull request's own files are checked out", "run on pull_request, or check out the base")
}

func badFile(name, file string, err error) error {
	return &engine.Error{Kind: engine.Invalid, Title: "File cannot be read", Field: name, Detail: fmt.Sprintf("%s: %v", file, err), Hint: "check the path; it is relative to the workspace", Err: err}
}

// about gives an error again with the input it is about.
func about(name string, err error) error {
	var known *engine.Error
	if !errors.As(err, &known) {
		return err
	}
	named := *known
	named.Field = name
	return &named
}
