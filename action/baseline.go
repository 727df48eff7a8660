package action

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
)

// baselineFile is the baseline that auto takes without a server: a cache or an artifact
// brings it into the workspace.
const baselineFile = ".portolan-baseline.json"

// What a baseline may begin with; anything else is a file.
const (
	auto         = "auto"
	scanPrefix   = "scan:"
	branchPrefix = "branch:"
)

// checkBaseline reports a baseline that cannot be one before anything is scanned.
func (s *setting) checkBaseline() error {
	word := s.word("baseline")
	if digits, ok := strings.CutPrefix(word, scanPrefix); ok {
		if id, err := strconv.ParseInt(digits, 10, 64); err != nil || id < 1 {
			return badInput("baseline", fmt.Sprintf("%q is not the number of a scan", digits), "write scan:ID, branch:NAME, auto, a file or none")
		}
	}
	if word == branchPrefix {
		return badInput("baseline", "the branch has no name", "write branch:NAME")
	}
	if near := engine.Closest(word, []string{auto, none}); near != "" && near != word {
		if _, err := os.Stat(s.path(word)); errors.Is(err, fs.ErrNotExist) {
			return badInput("baseline", fmt.Sprintf("there is no file %q", word), engine.Meant(word, []string{auto, none}, ""))
		}
	}
	_, err := s.fileBaseline()
	return err
}

// fileBaseline reads the baseline if it is a file; the zero Baseline otherwise.
func (s *setting) fileBaseline() (policy.Baseline, error) {
	name := s.word("baseline")
	isAuto := name == auto && s.given["server"] == ""
	switch {
	case isAuto:
		name = baselineFile
	case name == none || name == auto || strings.HasPrefix(name, scanPrefix) || strings.HasPrefix(name, branchPrefix):
		return policy.Baseline{}, nil
	}
	file, err := os.Open(s.path(name))
	if isAuto && errors.Is(err, fs.ErrNotExist) {
		return policy.Baseline{}, nil
	}
	if err != nil {
		return policy.Baseline{}, badFile("baseline", name, err)
	}
	defer func() { _ = file.Close() }()
	b, err := policy.ReadBaseline(file, name)
	return b, about("baseline", err)
}

// baseline gives what was known before a scan, of a file or of an earlier scan.
func (s *setting) baseline(ctx context.Context, c *client.Client, of engine.Scan) (policy.Baseline, error) {
	before, err := s.scanBefore(ctx, c, of)
	if err != nil {
		return policy.Baseline{}, about("baseline", err)
	}
	if before.ID == 0 {
		return s.fileBaseline()
	}
	found, err := results.Of(ctx, c, before)
	if err != nil {
		return policy.Baseline{}, err
	}
	return policy.BaselineOf(fmt.Sprintf("scan %d", before.ID), found, policy.Baseline{}), nil
}

// scanBefore finds the scan that is the baseline; one without an id if none is.
func (s *setting) scanBefore(ctx context.Context, c *client.Client, of engine.Scan) (engine.Scan, error) {
	word := s.word("baseline")
	if digits, ok := strings.CutPrefix(word, scanPrefix); ok {
		id, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return engine.Scan{}, err
		}
		return c.Scan(ctx, engine.ScanID(id))
	}
	branch, isBranch := strings.CutPrefix(word, branchPrefix)
	if word == auto && s.given["server"] != "" {
		branch, isBranch = s.step.event.Repository.DefaultBranch, true
	}
	if !isBranch {
		return engine.Scan{}, nil
	}
	if branch == "" {
		branch = "main"
	}
	// The newest complete scan of the branch before this one that looked at the same targets.
	found, err := c.FindScans(ctx, client.ScanQuery{
		Source: engine.Source{Repository: s.step.repository, Branch: branch}, TargetsDigest: engine.TargetsDigest(of.Targets), Complete: true, Before: of.ID, Limit: 1,
	})
	if err != nil || len(found) == 0 {
		return engine.Scan{}, err
	}
	return found[0], nil
}
