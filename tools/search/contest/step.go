package contest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/tools/search/corpus"
)

// errLeftOut says that a contestant does not offer something.
var errLeftOut = errors.New("not offered")

// Step is what one process measures.
type Step struct {
	Name       string // see [Steps]
	Contestant string
	Dir        string // of the index
	Documents  int
	Report     int // documents in one report
}

// Steps are what a process can do, by name.
func Steps() map[string]func(context.Context, Step) (Figures, error) {
	return map[string]func(context.Context, Step) (Figures, error){
		"corpus": measureCorpus, "ingest": measureIngest, "query": measureQueries, "download": measureDownload, "watch": measureWatching,
	}
}

// Do measures and writes the figures as JSON, with the memory the process took.
func Do(ctx context.Context, s Step, out io.Writer) error {
	step, ok := Steps()[s.Name]
	if !ok {
		return fmt.Errorf("no step %q", s.Name)
	}
	figures, err := step(ctx, s)
	if err != nil {
		return fmt.Errorf("%s %s: %w", s.Contestant, s.Name, err)
	}
	figures.RSS = peakMemory()
	return json.NewEncoder(out).Encode(figures)
}

// Figures are what a step has measured; each fills its own.
type Figures struct {
	Wall, CPU time.Duration
	RSS       int64 // bytes, the most at once, mapped pages of files included
	Documents int
	Bytes     int64
	Open      time.Duration
	Answers   []Answer
	Facets    []Answer
	Reads     int    // by the process that watches
	Failure   string // why it could not
}

// Answer is what a question was answered and how long that took.
type Answer struct {
	Question    string
	Hits        int
	First       []string // names of the first page, or values of a facet with their counts
	Page, Count time.Duration
	Left        string // why there is none
}

// measureCorpus makes documents and does nothing with them: Wall and CPU are to
// be taken off those of ingesting. Bytes are those of their JSON.
func measureCorpus(_ context.Context, s Step) (f Figures, err error) {
	clock := startClock()
	f.Documents = min(s.Documents, 100_000)
	for first := 0; first < f.Documents; first += s.Report {
		corpus.Responses(first, min(first+s.Report, f.Documents))
	}
	f.Wall, f.CPU = clock.read()
	for n := range f.Documents {
		data, err := json.Marshal(corpus.Response(n))
		if err != nil {
			return f, err
		}
		f.Bytes += int64(len(data) + 1)
	}
	return f, nil
}

func measureIngest(ctx context.Context, s Step) (f Figures, err error) {
	clock := startClock()
	ix, err := create(ctx, s.Contestant, s.Dir)
	if err != nil {
		return f, err
	}
	for first := 0; first < s.Documents; first += s.Report {
		if err := ix.Add(ctx, corpus.Responses(first, min(first+s.Report, s.Documents))); err != nil {
			return f, errors.Join(err, ix.Close())
		}
	}
	f.Documents = s.Documents
	if err := ix.Close(); err != nil {
		return f, err
	}
	f.Wall, f.CPU = clock.read()
	return f, nil
}

func measureQueries(ctx context.Context, s Step) (f Figures, err error) {
	f.Open, err = middle(func() error {
		ix, err := open(ctx, s.Contestant, s.Dir)
		if err != nil {
			return err
		}
		return ix.Close()
	})
	if err != nil {
		return f, err
	}
	ix, err := open(ctx, s.Contestant, s.Dir)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	for _, text := range questions() {
		a, err := ask(ctx, ix, text)
		if err != nil {
			return f, fmt.Errorf("%s: %w", text, err)
		}
		f.Answers = append(f.Answers, a)
	}
	for _, asked := range facets() {
		a, err := count(ctx, ix, asked)
		if err != nil {
			return f, fmt.Errorf("%s: %w", asked, err)
		}
		f.Facets = append(f.Facets, a)
	}
	return f, nil
}

func ask(ctx context.Context, ix contestant, text string) (a Answer, err error) {
	q, err := query.Parse(text)
	if err != nil {
		return a, err
	}
	a.Question = text
	a.Count, err = middle(func() (err error) {
		a.Hits, err = ix.Count(ctx, q)
		return err
	})
	if err != nil {
		return a, err
	}
	a.Page, err = middle(func() (err error) {
		a.First, err = ix.First(ctx, q, pageSize)
		return err
	})
	return a, err
}

func count(ctx context.Context, ix contestant, asked facet) (a Answer, err error) {
	q, err := query.Parse(asked.Query)
	if err != nil {
		return a, err
	}
	a.Question = asked.String()
	a.Count, err = middle(func() error {
		values, err := ix.Facet(ctx, q, asked.Field, facetSize)
		a.First = top(values)
		return err
	})
	if errors.Is(err, errLeftOut) {
		a.Left, err = err.Error(), nil
	}
	return a, err
}

// middle does something three times and gives the middle duration.
func middle(do func() error) (time.Duration, error) {
	var took []time.Duration
	for range 3 {
		start := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[1], nil
}

// counter counts the bytes that are written to it.
type counter struct{ n int64 }

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// measureDownload reads the whole index; Bleve a part of it, because it is slow.
func measureDownload(ctx context.Context, s Step) (f Figures, err error) {
	ix, err := open(ctx, s.Contestant, s.Dir)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	most := s.Documents
	if s.Contestant == Bleve {
		most = min(most, 100_000)
	}
	clock := startClock()
	out := &counter{}
	if f.Documents, err = ix.Download(ctx, out, most); err != nil {
		return f, err
	}
	if f.Documents != most {
		return f, fmt.Errorf("%d documents instead of %d", f.Documents, most)
	}
	f.Wall, f.CPU = clock.read()
	f.Bytes = out.n
	return f, nil
}

// measureWatching opens an index and counts, over and over, while another
// process writes it, until it sees the last document or its input ends.
func measureWatching(ctx context.Context, s Step) (f Figures, err error) {
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	for f.Documents < s.Documents {
		n, err := glance(ctx, s)
		switch {
		case err != nil:
			f.Failure = err.Error()
		case n < f.Documents:
			return f, fmt.Errorf("%d documents after %d", n, f.Documents)
		case n < s.Documents:
			f.Reads++ // the last one may be after the writer has gone
			fallthrough
		default:
			f.Documents = n
		}
		select {
		case <-ended:
			return f, nil
		default:
		}
	}
	return f, nil
}

func glance(ctx context.Context, s Step) (n int, err error) {
	ix, err := open(ctx, s.Contestant, s.Dir)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	all, err := query.Parse("*")
	if err != nil {
		return 0, err
	}
	return ix.Count(ctx, all)
}
