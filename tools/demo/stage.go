package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/portolan-io/terraform-provider-portolan/tools/tfcli/terraform"
)

// stage is the folders of one demonstration.
type stage struct {
	binary    string // of the provider
	dir       string // what is left for the user: reports, data folder, Terraform's words
	workspace string // the Terraform configuration
}

// newStage makes an empty stage below bin. What an earlier demonstration left is removed.
func newStage(bin string) (stage, error) {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return stage{}, err
	}
	s := stage{binary: filepath.Join(bin, "terraform-provider-portolan"), dir: filepath.Join(bin, "demo"), workspace: filepath.Join(bin, "demo", "workspace")}
	if _, err := os.Stat(s.binary); err != nil {
		return stage{}, fmt.Errorf("the provider is not built: run make demo, or make build first: %w", err)
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return stage{}, err
	}
	if err := os.MkdirAll(s.workspace, 0o700); err != nil {
		return stage{}, err
	}
	if err := os.CopyFS(s.workspace, os.DirFS(filepath.Join("examples", "quickstart"))); err != nil {
		return stage{}, fmt.Errorf("copy the quickstart: %w", err)
	}
	return s, s.writeCLIConfig()
}

// writeCLIConfig tells Terraform where the provider is, so that no init is needed.
func (s stage) writeCLIConfig() error {
	return terraform.WriteOverride(s.cliConfig(), filepath.Dir(s.binary))
}

func (s stage) cliConfig() string    { return filepath.Join(s.dir, "terraform.rc") }
func (s stage) data() string         { return filepath.Join(s.dir, "data") }
func (s stage) terraformLog() string { return relative(filepath.Join(s.dir, "terraform.log")) }

// relative gives a path as short as it can be for somebody in the current folder.
func relative(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if short, err := filepath.Rel(here, path); err == nil {
		return short
	}
	return path
}
