package sqlite

import (
	"encoding/json"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// maxProducts is how many ids of products are remembered during an import.
const maxProducts = 100_000

// Flaw implements [feed.Sink]: one that is newer than what is there takes its place. One
// that was rejected stays, so that an older list does not bring it back.
func (in *intake) Flaw(f feed.Flaw) error {
	had, ok, err := in.number("SELECT modified FROM flaw WHERE id = ?", f.ID)
	if err != nil {
		return err
	}
	if ok && f.Modified.UnixMilli() <= had {
		in.change.Unchanged++
		return nil
	}
	if ok {
		in.change.Updated++
		if err := in.exec("DELETE FROM affected WHERE flaw = ?", f.ID); err != nil {
			return err
		}
	} else {
		in.change.New++
	}
	if err := in.insertFlaw(f); err != nil {
		return err
	}
	number := 0
	for _, c := range f.Conditions {
		if err := in.insertAffected(f.ID, c, c.IsList(), &number); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) insertFlaw(f feed.Flaw) error {
	conditions, err := packConditions(f.Conditions)
	if err != nil {
		return err
	}
	return in.exec(`INSERT OR REPLACE INTO flaw (id, modified, rejected, score, severity, description, exploit_links, conditions)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		f.ID, f.Modified.UnixMilli(), f.Rejected, f.Score, string(f.Severity), f.Description, strings.Join(f.ExploitLinks, "\n"), conditions)
}

// packConditions gives the JSON of those conditions that are more than lists, nil if
// there are none.
func packConditions(all []feed.Condition) (any, error) {
	var hard []feed.Condition
	for _, c := range all {
		if !c.IsList() {
			hard = append(hard, c)
		}
	}
	if hard == nil {
		return nil, nil
	}
	text, err := json.Marshal(hard)
	return string(text), err
}

// insertAffected has a row for each criterion that makes a product vulnerable.
func (in *intake) insertAffected(id feed.ID, c feed.Condition, isList bool, number *int) error {
	for _, criterion := range c.Criteria {
		if !criterion.Vulnerable {
			continue
		}
		product, err := in.product(criterion.Name.Key())
		if err != nil {
			return err
		}
		packed := ""
		if isList {
			packed = packCriterion(criterion)
		}
		low, high := criterion.Span()
		if err := in.exec("INSERT INTO affected (product, is_range, low, flaw, number, high, criterion) VALUES (?, ?, ?, ?, ?, ?, ?)", product, low != high, low, id, *number, high, packed); err != nil {
			return err
		}
		*number++
	}
	for _, part := range c.Parts {
		if err := in.insertAffected(id, part, isList, number); err != nil {
			return err
		}
	}
	return nil
}

// product gives the id of a product, which it makes if it is new.
func (in *intake) product(key string) (int64, error) {
	if id, ok := in.products[key]; ok {
		return id, nil
	}
	if err := in.exec("INSERT INTO product (key) VALUES (?) ON CONFLICT DO NOTHING", key); err != nil {
		return 0, err
	}
	id, _, err := in.number("SELECT id FROM product WHERE key = ?", key)
	if len(in.products) >= maxProducts {
		clear(in.products)
	}
	in.products[key] = id
	return id, err
}
