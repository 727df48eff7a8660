package contract

import (
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fits tells whether a value, decoded with numbers as they are written, is of a kind of
// fields.txt.
func fits(kind string, value any) bool {
	name, rest, _ := strings.Cut(kind, ":")
	switch v := value.(type) {
	case bool:
		return name == "bool"
	case json.Number:
		_, err := strconv.ParseInt(v.String(), 10, 64)
		return name == "number" || name == "int" && err == nil
	case map[string]any:
		return name == "object"
	case string:
		return textFits(name, rest, v)
	}
	return false
}

// forms are kinds that a text has by how it is written.
var forms = map[string]*regexp.Regexp{
	"digits":  regexp.MustCompile(`^-?[0-9]+$`),
	"decimal": regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`),
	"word":    regexp.MustCompile(`^[a-z0-9_]+$`),
	"hex":     regexp.MustCompile(`^[0-9a-f]+$`),
	"moment":  regexp.MustCompile(`^.{19}\.[0-9]{3}Z$`),
}

// textFits is about kinds that are texts in JSON; rest is what stands after a colon.
func textFits(name, rest, value string) bool {
	if form, ok := forms[name]; ok && !form.MatchString(value) {
		return false
	}
	var err error
	switch name {
	case "text", "digits", "decimal", "word":
	case "hex":
		return strconv.Itoa(len(value)) == rest
	case "one":
		return slices.Contains(strings.Split(rest, "|"), value)
	case "ip":
		_, err = netip.ParseAddr(value)
	case "base64":
		_, err = base64.StdEncoding.DecodeString(value)
	case "day":
		_, err = time.Parse(time.DateOnly, value)
	case "date", "moment":
		_, err = time.Parse(time.RFC3339, value)
	default:
		return false // bool, int, number, object
	}
	return err == nil
}

// typeOf is a value's type in JSON.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}
