package sqlite

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// keywordSuffix asks for the exact form of a field, see [query.Fields].
const keywordSuffix = ".keyword"

// typedValue is one way to find a value.
type typedValue struct {
	kind  kind
	value string // encoded
}

// hasExactForm says whether a value is found by exactly its text.
func hasExactForm(t query.Type, value any) bool {
	text, isText := value.(string)
	if t == query.TypeText {
		return isText && utf8.RuneCountInString(text) <= query.MaxKeyword
	}
	return isWhole(t) || t == query.TypeBoolean && isText
}

// isWhole says whether values of a type are compared by their text.
func isWhole(t query.Type) bool {
	return t == query.TypeKeyword || t == query.TypeVersion || t == query.TypeText
}

// isHostLike says whether people look for the end of a field's values:
// *.example.com, *@example.com.
func isHostLike(path string) bool {
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "host", "domain", "ptr", "names", "dns_names", "email", "emails", "email_address":
		return true
	}
	return false
}

// orderedValue gives the form of a value by which ranges of its type find it.
func orderedValue(t query.Type, value any) (typedValue, bool) {
	text, isText := value.(string)
	switch t {
	case query.TypeIP:
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return typedValue{}, false
		}
		return typedValue{kindAddress, trim(encodeAddress(addr))}, true
	case query.TypeDate:
		at, ok := momentOf(value)
		return typedValue{kindMoment, trim(encodeMoment(at))}, ok
	case query.TypeInteger, query.TypeFloat:
		n, ok := query.Number(text)
		return typedValue{kindNumber, trim(encodeNumber(n))}, isText && ok
	}
	return typedValue{}, false
}

// plainText gives the text by which the query language finds a value in text
// and keyword fields.
func plainText(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

// momentOf reads a date of a document as the query language does: a date
// without math, a day being its first instant; the forms of HTTP headers; or
// milliseconds since 1970.
func momentOf(value any) (time.Time, bool) {
	if ms, ok := value.(float64); ok {
		return time.UnixMilli(int64(ms)).UTC(), true
	}
	text, ok := value.(string)
	if !ok {
		return time.Time{}, false
	}
	isMath := strings.HasPrefix(text, "now") || strings.Contains(text, "||")
	if first, _, err := query.Dates(text, time.Time{}); err == nil && !isMath {
		return first, true
	}
	at, err := http.ParseTime(text)
	return at.UTC(), err == nil
}
