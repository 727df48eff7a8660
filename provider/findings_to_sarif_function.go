package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// newFindingsToSARIFFunction gives the constructor of findings_to_sarif: findings as code
// scanning takes them.
func newFindingsToSARIFFunction(version string) func() function.Function {
	return func() function.Function {
		return pureFunction{
			name: "findings_to_sarif",
			definition: function.Definition{
				Summary: "Findings as SARIF 2.1.0",
				MarkdownDescription: "A document for code scanning, with the findings of one or of several scans, chosen as the configuration likes. " +
					"The data source `portolan_report` makes one of a whole scan, which also tells whether the scan was complete.",
				Parameters: []function.Parameter{findingsParameter()},
				Return:     function.StringReturn{},
			},
			run: func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
				given, err := findingsArgument(ctx, arguments)
				if err != nil {
					return err
				}
				text, failure := sarifOf(given.findings, version)
				if failure != nil {
					return wrongArgument(0, failure)
				}
				return result.Set(ctx, text)
			},
		}
	}
}

func sarifOf(findings []engine.Finding, version string) (string, error) {
	for i := range findings {
		if f := &findings[i]; f.Fingerprint == "" { // code scanning tells alerts apart by it
			f.Fingerprint = engine.Fingerprint(f.Rule, f.Target, f.Port, f.Protocol, f.Path)
		}
	}
	var page strings.Builder
	err := report.Write(&page, "sarif", report.Report{Scan: engine.Scan{Steps: []engine.Step{{State: engine.StateDone}}}, Assessment: policy.Plain(findings), Version: version})
	return page.String(), err
}
