package contest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// Config says how to run.
type Config struct {
	Self      string // this program, which does a step when it is told to
	Dir       string // for the indices
	Documents int
	Report    int      // documents in one report
	Only      []string // contestants
	Log       io.Writer
}

// Result is what was measured of one contestant.
type Result struct {
	Contestant                               string
	Documents                                int
	Corpus, Ingest, Small, Query, Down, Read Figures
	Disk                                     int64 // bytes of the index with its documents
}

// Sizes of steps that do not need all documents.
const (
	smallReport    = 16 // responses that a scanner reports together
	smallDocuments = 20_000
)

// Run measures every contestant.
func Run(ctx context.Context, c Config) ([]*Result, error) {
	made, err := c.step(ctx, Step{Name: "corpus", Documents: c.Documents, Report: c.Report})
	if err != nil {
		return nil, err
	}
	var results []*Result
	for _, name := range c.Only {
		r := &Result{Contestant: name, Documents: c.Documents, Corpus: made}
		if err := c.measure(ctx, r); err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

func (c Config) measure(ctx context.Context, r *Result) (err error) {
	dir := filepath.Join(c.Dir, r.Contestant)
	s := Step{Contestant: r.Contestant, Dir: dir, Documents: c.Documents, Report: c.Report}
	for _, step := range []struct {
		name string
		to   *Figures
	}{{"ingest", &r.Ingest}, {"query", &r.Query}, {"download", &r.Down}} {
		fmt.Fprintln(c.Log, r.Contestant, step.name, "…")
		s.Name = step.name
		if *step.to, err = c.step(ctx, s); err != nil {
			return err
		}
		if step.name == "ingest" {
			if r.Disk, err = size(dir); err != nil {
				return err
			}
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	fmt.Fprintln(c.Log, r.Contestant, "small reports, watched by another process …")
	s.Documents, s.Report = min(c.Documents, smallDocuments), smallReport
	return c.watched(ctx, r, s)
}

// watched writes small reports while a second process reads the index.
func (c Config) watched(ctx context.Context, r *Result, s Step) error {
	hold, end := io.Pipe()
	watcher := s
	watcher.Name = "watch"
	done := make(chan error, 1)
	go func() {
		var err error
		r.Read, err = c.stepWith(ctx, watcher, hold)
		done <- err
	}()
	s.Name = "ingest"
	small, err := c.step(ctx, s)
	r.Small = small
	return errors.Join(err, end.Close(), <-done, os.RemoveAll(s.Dir))
}

func (c Config) step(ctx context.Context, s Step) (Figures, error) {
	return c.stepWith(ctx, s, nil)
}

// stepWith runs a step in a process of its own.
func (c Config) stepWith(ctx context.Context, s Step, in io.Reader) (f Figures, err error) {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, c.Self, "-step", s.Name, "-only", s.Contestant, "-dir", s.Dir,
		"-documents", strconv.Itoa(s.Documents), "-report", strconv.Itoa(s.Report))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, c.Log
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return f, fmt.Errorf("step %s of %s: %w", s.Name, s.Contestant, err)
	}
	return f, json.Unmarshal(out.Bytes(), &f)
}

// size adds up the files below a folder.
func size(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
