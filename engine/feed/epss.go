package feed

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Limits of an EPSS file.
const (
	maxScores    = 5_000_000 // a line for each CVE there is; some 300,000 so far
	maxScoreLine = 4096      // bytes
)

// epssMark begins an EPSS file:
//
//	#model_version:v2025.03.14,score_date:2026-02-03T12:55:00Z
//	cve,epss,percentile
//	CVE-1999-0001,0.01141,0.77731
const epssMark = "#model_version:"

// readScores reads FIRST's CSV.
func readScores(ctx context.Context, r io.Reader, sink Sink) error {
	lines := &lineReader{in: bufio.NewReaderSize(r, maxScoreLine)}
	s, err := lines.scores(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("line %d: %w", lines.number, err)
	}
	return pass(sink.Scores(s))
}

// lineReader gives lines with their number.
type lineReader struct {
	in     *bufio.Reader
	number int
}

// next gives a line without its end. A last line without one is of a file that was cut.
func (l *lineReader) next() (string, error) {
	l.number++
	line, err := l.in.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF) && len(line) > 0:
		return "", errors.New("the file ends here, in the middle of a line")
	case errors.Is(err, bufio.ErrBufferFull), len(line) > maxScoreLine:
		return "", fmt.Errorf("the line is longer than %d bytes", maxScoreLine)
	case err != nil:
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}

func (l *lineReader) scores(ctx context.Context) (s Scores, err error) {
	if s.Day, err = l.day(); err != nil {
		return s, err
	}
	columns, err := l.next()
	if err != nil || columns != "cve,epss,percentile" {
		return s, errors.Join(err, fmt.Errorf("the columns are %.40q and not cve,epss,percentile", columns))
	}
	for len(s.Entries) < maxScores {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return s, errIfEmpty(s)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return s, err
		}
		entry, err := parseLikelihood(line)
		if err != nil {
			return s, err
		}
		s.Entries = append(s.Entries, entry)
	}
	return s, fmt.Errorf("there are more than %d lines", maxScores)
}

func errIfEmpty(s Scores) error {
	if len(s.Entries) == 0 {
		return errors.New("the list is empty")
	}
	return nil
}

// day reads when the scores were made, in the first line.
func (l *lineReader) day() (time.Time, error) {
	line, err := l.next()
	if err != nil {
		return time.Time{}, err
	}
	_, day, ok := strings.Cut(line, "score_date:")
	if !ok {
		return time.Time{}, errors.New("there is no score_date")
	}
	at, err := parseTime(strings.TrimSpace(day))
	if err != nil {
		return time.Time{}, fmt.Errorf("score_date: %w", err)
	}
	return at, nil
}

func parseLikelihood(line string) (Likelihood, error) {
	fields := strings.Split(line, ",")
	if len(fields) != 3 {
		return Likelihood{}, fmt.Errorf("%.40q has %d fields, not 3", line, len(fields))
	}
	id, err := ParseID(fields[0])
	if err != nil {
		return Likelihood{}, err
	}
	p, err := strconv.ParseFloat(fields[1], 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return Likelihood{}, fmt.Errorf("%s: epss: %.40q is not a number from 0 to 1", id, fields[1])
	}
	return Likelihood{ID: id, Probability: p}, nil
}
