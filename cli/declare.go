package cli

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanfile"
)

// declare reads the file that declares the scan, if there is one: what is named, or
// the usual one where no target is given. Flags that are given count more than it.
func (f *scanFlags) declare(flags *pflag.FlagSet) (scanfile.File, error) {
	name, text, err := f.scanFile()
	if err != nil || name == "" {
		return scanfile.File{}, err
	}
	declared, err := scanfile.Read(text, name)
	if err != nil {
		return declared, about("--config", err)
	}
	f.request = overruled(flags, declared.Request, f.request)
	if !flags.Changed("fail-on") && declared.FailOn != "" {
		f.gate.failOn = declared.FailOn
	}
	if !flags.Changed("declared") {
		f.page.declared = pages.DeclaredBy(declared)
	}
	return declared, nil
}

// scanFile finds the file; no name means that there is none.
func (f *scanFlags) scanFile() (name string, text []byte, err error) {
	names := scanfile.Names()
	if f.config != "" {
		names = []string{f.config}
	} else if len(f.request.Targets) > 0 {
		return "", nil, nil
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err == nil {
			return name, text, nil
		}
		if f.config != "" || !errors.Is(err, fs.ErrNotExist) {
			return "", nil, badFile("--config", name, err)
		}
	}
	return "", nil, &engine.Error{
		Kind: engine.Invalid, Title: "No targets", Detail: "no target is given, and there is no " + names[0] + " here",
		Hint: "name addresses, CIDRs or domain names, or declare them in " + names[0],
	}
}

// overruled gives what a file declares with what was given on the command line put in
// its place.
func overruled(flags *pflag.FlagSet, declared, given engine.ScanRequest) engine.ScanRequest {
	if flags.NArg() > 0 {
		declared.Targets = given.Targets
	}
	declared.Source = given.Source // no file declares it
	for name, put := range map[string]func(){
		"exclude":   func() { declared.Exclude = given.Exclude },
		"ports":     func() { declared.Ports = given.Ports },
		"label":     func() { declared.Label = given.Label },
		"addresses": func() { declared.Profile.Addresses = given.Profile.Addresses },
		"mode":      func() { declared.Profile.Mode = given.Profile.Mode },
		"rate":      func() { declared.Profile.Rate = given.Profile.Rate },
		"host-rate": func() { declared.Profile.HostRate = given.Profile.HostRate },
		"resolvers": func() { declared.Profile.Resolvers = given.Profile.Resolvers },
		"max-bytes": func() { declared.Profile.MaxBytes = given.Profile.MaxBytes },
	} {
		if flags.Changed(name) {
			put()
		}
	}
	return declared
}
