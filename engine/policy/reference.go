package policy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// BaselineRef says where a baseline comes from, as people write it. At most one of its
// members is set; the zero BaselineRef is no baseline.
type BaselineRef struct {
	File   string        // that [WriteBaseline] wrote
	Scan   engine.ScanID // "scan:349"
	Branch string        // "branch:main": the newest complete scan of it with the same targets
	Auto   bool          // "auto": the default branch, see [BaselineRef.Resolve]
}

// The words of a [BaselineRef].
const (
	noBaseline   = "none"
	autoBaseline = "auto"
	scanPrefix   = "scan:"
	branchPrefix = "branch:"
)

// ParseBaselineRef reads none (or nothing), auto, scan:ID, branch:NAME, or the name of a
// file. What is wrong is an [engine.Invalid] [engine.Error] with Field "baseline".
func ParseBaselineRef(text string) (BaselineRef, error) {
	digits, isScan := strings.CutPrefix(text, scanPrefix)
	branch, isBranch := strings.CutPrefix(text, branchPrefix)
	switch {
	case text == "" || text == noBaseline:
		return BaselineRef{}, nil
	case text == autoBaseline:
		return BaselineRef{Auto: true}, nil
	case isBranch:
		if err := (engine.Source{Branch: branch}).Validate(); err != nil || branch == "" {
			return BaselineRef{}, badReference(fmt.Sprintf("%q is not a branch", branch), "write it as branch:main")
		}
		return BaselineRef{Branch: branch}, nil
	case !isScan:
		return BaselineRef{File: text}, nil
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || id < 1 {
		return BaselineRef{}, badReference(fmt.Sprintf("%q is not the number of a scan", digits), "write it as scan:7")
	}
	return BaselineRef{Scan: engine.ScanID(id)}, nil
}

// Resolve puts the default branch in the place of auto. Where that is not known, "", auto
// is an [engine.Invalid] [engine.Error].
func (r BaselineRef) Resolve(defaultBranch string) (BaselineRef, error) {
	if !r.Auto {
		return r, nil
	}
	if defaultBranch == "" {
		return r, badReference("nothing here says which branch is the default one", "name it: branch:main")
	}
	return BaselineRef{Branch: defaultBranch}, nil
}

func badReference(detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Baseline is not valid", Field: "baseline", Detail: detail, Hint: hint}
}
