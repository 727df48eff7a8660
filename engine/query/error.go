package query

import "fmt"

// SyntaxError says what is wrong with a query, where, and what to write
// instead. It is the only error type of [Parse].
type SyntaxError struct {
	Column  int    // in characters, from 1
	Message string // a clause without a full stop: "this quote is never closed"
	Hint    string // what the user can do; may be empty
}

// Error gives one readable sentence with the column.
func (e *SyntaxError) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("query, column %d: %s", e.Column, e.Message)
	}
	return fmt.Sprintf("query, column %d: %s; %s", e.Column, e.Message, e.Hint)
}
