package domain

import (
	"errors"
	"fmt"
	"strings"
)

// tags are those of a record such as "v=DMARC1; p=none", in order.
type tags []tag

type tag struct{ name, value string }

// get gives the value of a tag, "" if it is not there.
func (t tags) get(name string) string {
	for _, tag := range t {
		if tag.name == name {
			return tag.value
		}
	}
	return ""
}

// maxTags is more than any record has.
const maxTags = 64

var (
	errTooManyTags = errors.New("there are too many tags")
	errNoTag       = errors.New("a tag has no value")
)

// readTags reads a list of tags (RFC 6376 section 3.2). Names are in lower case; space
// around names and values does not count.
func readTags(text string) (tags, error) {
	var list tags
	for part := range strings.SplitSeq(text, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" {
			return list, fmt.Errorf("%w: %q", errNoTag, part)
		}
		if len(list) == maxTags {
			return list, errTooManyTags
		}
		if list.get(name) != "" {
			return list, fmt.Errorf("the tag %q is there twice", name)
		}
		list = append(list, tag{name, strings.TrimSpace(value)})
	}
	return list, nil
}

// withVersion gives the records that begin with a version as "v=DMARC1".
func withVersion(records []string, version string) []string {
	var list []string
	for _, record := range records {
		first, _, _ := strings.Cut(record, ";")
		name, value, _ := strings.Cut(first, "=")
		if strings.EqualFold(strings.TrimSpace(name), "v") && strings.TrimSpace(value) == version {
			list = append(list, record)
		}
	}
	return list
}
