package sqlite

import (
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// A criterion is kept as three fields with tabs between them: the attributes of its CPE
// but vendor and product, without what is any at the end; and where its range starts and
// ends, with an i before a version that is inside and an x before one that is not:
// "a:2.4.49", "a\ti8.6\tx9.8".

// behindProduct is how many attributes a CPE has behind the product.
const behindProduct = 8

func packCriterion(c feed.Criterion) string {
	rest := strings.TrimPrefix(c.Name.String(), fmt.Sprintf("cpe:2.3:%s:%s", c.Name.Part, c.Name.Key()))
	for strings.HasSuffix(rest, ":*") && !strings.HasSuffix(rest, `\:*`) {
		rest = strings.TrimSuffix(rest, ":*")
	}
	return strings.TrimRight(string(c.Name.Part)+rest+"\t"+packBound(c.Start)+"\t"+packBound(c.End), "\t")
}

func packBound(b *feed.Bound) string {
	switch {
	case b == nil:
		return ""
	case b.Excluding:
		return "x" + strings.ReplaceAll(b.Version, "\t", " ")
	}
	return "i" + strings.ReplaceAll(b.Version, "\t", " ")
}

// unpacker reads the criteria of one product, of which most have the same attributes.
type unpacker struct {
	key   string              // vendor:product
	names map[string]cpe.Name // by their attributes
}

func newUnpacker(key string) *unpacker { return &unpacker{key: key, names: map[string]cpe.Name{}} }

func (u *unpacker) criterion(text string) (feed.Criterion, error) {
	attributes, bounds, _ := strings.Cut(text, "\t")
	start, end, _ := strings.Cut(bounds, "\t")
	name, ok := u.names[attributes]
	if !ok {
		var err error
		if name, err = unpackName(u.key, attributes); err != nil {
			return feed.Criterion{}, err
		}
		u.names[attributes] = name
	}
	return feed.Criterion{Vulnerable: true, Name: name, Start: unpackBound(start), End: unpackBound(end)}, nil
}

func unpackName(key, attributes string) (cpe.Name, error) {
	part, rest, _ := strings.Cut(attributes, ":")
	if rest != "" {
		rest = ":" + rest
	}
	missing := max(0, behindProduct-colons(rest))
	name, err := cpe.Parse("cpe:2.3:" + part + ":" + key + rest + strings.Repeat(":*", missing))
	if err != nil {
		return cpe.Name{}, fmt.Errorf("read criterion of %s: %w", key, err)
	}
	return name, nil
}

// colons counts those that part attributes.
func colons(text string) (n int) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ':':
			n++
		}
	}
	return n
}

func unpackBound(text string) *feed.Bound {
	if text == "" {
		return nil
	}
	return &feed.Bound{Version: text[1:], Excluding: text[0] == 'x'}
}
