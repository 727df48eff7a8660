package engine

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure an [Error] is, for programs. It crosses every
// wire unchanged, so that a caller three processes away can still decide.
type Kind string

// The kinds. Each has one meaning for the caller, given beside it.
const (
	Invalid      Kind = "invalid"      // the request is wrong; change it
	Limit        Kind = "limit"        // a plan's limit is reached; see Limit and Current
	Unauthorized Kind = "unauthorized" // who you are is missing or wrong
	Forbidden    Kind = "forbidden"    // known, but not allowed to do this
	NotFound     Kind = "not_found"    // no such thing, or none the caller may see
	Conflict     Kind = "conflict"     // the thing's state does not allow it now
	Throttled    Kind = "throttled"    // too fast; try again after RetryAfter
	Internal     Kind = "internal"     // our fault; nothing the caller did
)

// Error is a failure with a kind for programs and a sentence and a hint for
// people. Every error a user may see is one.
type Error struct {
	Kind   Kind
	Title  string // short text, a fixed string per rule: "Target is not valid"
	Detail string // the whole sentence, naming the guilty value
	Hint   string // what the user can do now; may be empty
	Field  string // the guilty member, as a path: "targets[3]", "ports"; may be empty

	Limit   int64 // for Limit: what the plan allows
	Current int64 // for Limit: what was asked for, or is in use

	RetryAfter time.Duration // for Throttled

	Err error // what caused it; never crosses a wire
}

// TitleDiskFull is the title of errors about a disk without room to write.
const TitleDiskFull = "Disk is full"

// IsDiskFull reports whether err is one of a disk that is full.
func IsDiskFull(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Title == TitleDiskFull
}

// Error joins what a person needs: title, detail and hint.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Title)
	if e.Detail != "" && e.Detail != e.Title {
		fmt.Fprintf(&b, ": %s", e.Detail)
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, " (%s)", e.Hint)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of the first [Error] in err's chain, [Internal] for any
// other error and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// In gives the error again with its field below parent: an error about "[3]"
// in "targets" is about "targets[3]". Errors of other types are left alone.
func In(parent string, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	inner := *e
	switch {
	case inner.Field == "":
		inner.Field = parent
	case strings.HasPrefix(inner.Field, "["):
		inner.Field = parent + inner.Field
	default:
		inner.Field = parent + "." + inner.Field
	}
	return &inner
}
