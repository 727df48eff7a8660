package query

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Number reads a decimal number, as a query or a document writes it. Integers
// are exact up to 2^53.
func Number(text string) (float64, bool) {
	if text == "" || strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false // no hexadecimal, no infinity, no underscores
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// numberOf reads a value of a document.
func numberOf(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case json.Number:
		return Number(v.String())
	case string:
		return Number(v)
	}
	return 0, false
}

// textOf gives the text by which a value is found in TEXT and KEYWORD fields.
func textOf(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case json.Number:
		return v.String(), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}
