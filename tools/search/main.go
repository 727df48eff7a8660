// Search measures Portolan's index beside Bleve: the same made-up documents are
// put into both, the same questions are asked, and one table says what it took
// and whether Portolan's bars hold. It ends with code 1 if one does not, or if
// the two find different documents.
//
//	make bench-search, or: go run -C tools/search . [-documents N] [-report N] [-only portolan|bleve] [-dir DIR]
//
// The bars are meant for 1,000,000 documents, which take about half an hour and
// 5 GB of disk on two cores; -only portolan takes a fifth of that.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/portolan-io/terraform-provider-portolan/tools/search/contest"
)

// options are the flags.
type options struct {
	documents, report int
	only, dir, step   string
}

func main() {
	var o options
	flag.IntVar(&o.documents, "documents", 1_000_000, "how many documents")
	flag.IntVar(&o.report, "report", 500, "documents in one report; 500 of 1 KB are what the bus carries at once")
	flag.StringVar(&o.only, "only", "", "measure only portolan, or only bleve")
	flag.StringVar(&o.dir, "dir", "", "folder for the indices; one for temporary files unless set")
	flag.StringVar(&o.step, "step", "", "do one step of the measurement and print JSON: this is how the program calls itself")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.do(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

func (o options) do(ctx context.Context) error {
	if o.documents < 1 || o.report < 1 {
		return errors.New("-documents and -report begin at 1")
	}
	if o.step != "" {
		step := contest.Step{Name: o.step, Contestant: o.only, Dir: o.dir, Documents: o.documents, Report: o.report}
		return contest.Do(ctx, step, os.Stdout)
	}
	return o.contest(ctx)
}

func (o options) contest(ctx context.Context) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.dir, "search")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	config := contest.Config{Self: self, Dir: dir, Documents: o.documents, Report: o.report, Only: o.contestants(), Log: os.Stderr}
	results, err := contest.Run(ctx, config)
	if err != nil {
		return err
	}
	held, err := contest.Table(os.Stdout, results)
	if err == nil && !held {
		err = errors.New("a bar is broken, or the two differ")
	}
	return err
}

func (o options) contestants() []string {
	if o.only != "" {
		return []string{o.only}
	}
	return []string{contest.Portolan, contest.Bleve}
}
