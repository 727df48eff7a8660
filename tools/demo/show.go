package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// show prints the result as `portolan report` does, and writes the pages.
func show(ctx context.Context, s stage) error {
	if err := report(ctx, s, "table", ""); err != nil {
		return err
	}
	for _, page := range []struct{ format, file string }{{"html", "report.html"}, {"json", "report.json"}, {"sarif", "report.sarif"}} {
		if err := report(ctx, s, page.format, filepath.Join(s.dir, page.file)); err != nil {
			return err
		}
	}
	dir := relative(s.dir)
	fmt.Printf("\nResults:  %s  %s  %s\n", filepath.Join(dir, "report.html"), filepath.Join(dir, "report.json"), filepath.Join(dir, "report.sarif"))
	fmt.Printf("Try next: bin/portolan search 'tag.name:redis' --data %s\n", relative(s.data()))
	return nil
}

func report(ctx context.Context, s stage, format, output string) error {
	args := []string{"report", "--data", s.data(), "--format", format}
	if output != "" {
		args = append(args, "--output", output)
	}
	command := exec.CommandContext(ctx, s.binary, args...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("portolan report --format %s: %w", format, err)
	}
	return nil
}
