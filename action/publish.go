package action

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/action/report"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
)

// reportFiles are the reports every scan has, by format.
func reportFiles() map[string]string {
	return map[string]string{"sarif": "portolan.sarif", "junit": "portolan.junit.xml", "json": "portolan.json", "html": "portolan.html", "markdown": "portolan.md"}
}

// publish writes everything there is to be shown. It changes nothing of how the step
// ended: what cannot be written is a warning, unless it is a report that others wait for.
func (r *run) publish(ctx context.Context) {
	page := &r.out.report
	page.Ended, page.Why = r.out.status, r.out.reason
	if r.set.given["server"] != "" {
		if earlier, err := results.Earlier(ctx, r.client, page.Scan); err == nil {
			page.Earlier = earlier
		}
	}
	var errs []error
	for format, name := range reportFiles() {
		errs = append(errs, r.writeFile(format, name, func(w io.Writer) error { return pages.Write(w, format, *page) }))
	}
	errs = append(errs, r.writeSummary())
	if err := errors.Join(errs...); err != nil {
		r.warn("Reports cannot be written", err)
	}
	r.annotate()
	r.publishToGitHub(ctx)
}

// warn tells of something that is missing besides the verdict.
func (r *run) warn(title string, err error) {
	_, _ = r.runner.Annotate(report.Annotation{Level: report.Warning, Title: "Portolan: " + title, Message: err.Error()})
}

// dir is the folder for reports. Unless one is named it is new.
func (r *run) dir() (string, error) {
	if name := r.set.given["output-dir"]; name != "" {
		dir := r.set.path(name)
		return dir, os.MkdirAll(dir, 0o755)
	}
	dir, err := os.MkdirTemp(r.set.step.temp, "portolan-")
	if err == nil {
		r.set.given["output-dir"] = dir
	}
	return dir, err
}

func (r *run) writeFile(format, name string, write func(io.Writer) error) error {
	dir, err := r.dir()
	if err != nil {
		return fmt.Errorf("make the folder of reports: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriter(file)
	err = errors.Join(write(buffer), buffer.Flush())
	if err = errors.Join(err, file.Close()); err == nil {
		r.out.files[format] = path
	}
	return err
}

// writeBaseline writes what is known now, suppressed or not: a suppression that ends
// makes nothing new.
func (r *run) writeBaseline(known policy.Baseline) error {
	return r.writeFile("baseline", "portolan-baseline.json", func(w io.Writer) error { return policy.WriteBaseline(w, known) })
}

// writeSummary adds the page to the summary of the job.
func (r *run) writeSummary() error {
	hasFindings := len(r.out.report.Assessment.Active) > 0
	if word := r.set.word("summary"); word == "never" || word == "on-findings" && !hasFindings {
		return nil
	}
	var page strings.Builder
	if err := pages.Write(&page, "markdown", r.out.report); err != nil {
		return err
	}
	return r.runner.Summary(page.String())
}

// writeOutputs sets every output.
func (r *run) writeOutputs() error {
	var errs []error
	for _, output := range Outputs() {
		errs = append(errs, r.runner.Output(output.Name, output.value(r.out)))
	}
	return errors.Join(errs...)
}
