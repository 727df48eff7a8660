package control

import (
	"context"
	"fmt"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Records keeps what people declare of one noun T: [Control.ScanProfiles] and its
// siblings give one each. A record belongs to the party of who declared it, and
// everybody of the party reads, replaces and deletes it; to a stranger it does not exist.
//
// What is the same for all nouns is here. What is not, a noun says in its struct (see
// [engine.Noun]) or, if it needs the store for it, in its [recordRules].
type Records[T any, P engine.NounOf[T]] struct {
	control *Control
	rules   recordRules[T]
}

// recordRules are rules of a noun that need more than what was declared. Each may be nil,
// and runs in the transaction of the change, which may run again.
type recordRules[T any] struct {
	// admit refuses what must not be kept, or changes it first: before is what it
	// replaces, nil for a new record.
	admit func(tx store.Tx, party engine.Party, before, next *T) error
	// show fills in what is not kept, for whoever reads it.
	show func(tx store.Tx, party engine.Party, shown *T) error
	// changed is called after every change, outside of the transaction.
	changed func()
}

// RecordQuery selects records of the caller's party, in the order they were declared; the
// zero query selects all.
type RecordQuery struct {
	IDs         []engine.RecordID // empty: any
	Name        string            // "", or only the one with this name, whatever its case
	Start, Size int               // which part of them; all from Start on for a Size of 0
}

// RecordPage is what a query selects. Total counts all that pass, not those of this page.
type RecordPage[T any] struct {
	Items []T
	Total int
}

// Create puts a new record on file for the caller's party.
func (r Records[T, P]) Create(ctx context.Context, caller engine.User, declared T) (kept T, err error) {
	if err := P(&declared).Validate(); err != nil {
		return kept, err
	}
	err = r.control.Store.Update(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		at := now()
		record := engine.Record{Party: party, OwnerID: caller.ID, CreatedAt: at, UpdatedAt: at}
		kept = declared
		if err := r.keep(tx, &record, nil, &kept); err != nil {
			return err
		}
		if err := tx.InsertRecord(&record); err != nil {
			return err
		}
		kept, err = r.shown(tx, record)
		return err
	})
	r.tell(err)
	return kept, err
}

// keep applies the noun's rules to next and writes it down.
func (r Records[T, P]) keep(tx store.Tx, record *engine.Record, before, next *T) error {
	if secretive, ok := any(P(next)).(engine.Secretive[T]); ok && before != nil {
		secretive.Inherit(*before)
	}
	for _, reference := range engine.References(P(next)) {
		if err := resolves(tx, record.Party, reference); err != nil {
			return err
		}
	}
	if r.rules.admit != nil {
		if err := r.rules.admit(tx, record.Party, before, next); err != nil {
			return err
		}
	}
	return record.Keep(P(next))
}

// resolves refuses a reference to what the party does not have.
func resolves(tx store.Tx, party engine.Party, to engine.Reference) error {
	there, err := tx.Record(to.ID)
	if engine.KindOf(err) == engine.NotFound || err == nil && (there.Party != party || there.Kind != to.Kind) {
		return badReference(to.Field, to.Kind, fmt.Sprint(to.ID))
	}
	return err
}

func (r Records[T, P]) tell(err error) {
	if err == nil && r.rules.changed != nil {
		r.rules.changed()
	}
}

// Get gives a record of the caller's party.
func (r Records[T, P]) Get(ctx context.Context, caller engine.User, id engine.RecordID) (noun T, err error) {
	err = r.control.Store.View(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		record, err := recordOf[T, P](tx, party, id)
		if err != nil {
			return err
		}
		noun, err = r.shown(tx, record)
		return err
	})
	return noun, err
}

// List gives a page of records.
func (r Records[T, P]) List(ctx context.Context, caller engine.User, q RecordQuery) (page RecordPage[T], err error) {
	err = r.control.Store.View(ctx, func(tx store.Tx) error {
		filter := store.RecordFilter{Kind: kindOf[T, P](), IDs: q.IDs, Name: q.Name, Start: q.Start, Size: q.Size}
		var err error
		if filter.Party, err = partyNow(tx, caller); err != nil {
			return err
		}
		if page.Total, err = tx.CountRecords(filter); err != nil {
			return err
		}
		records, err := tx.Records(filter)
		if err != nil {
			return err
		}
		page.Items, err = r.allShown(tx, records)
		return err
	})
	return page, err
}

// Replace writes a record anew, as a whole. With a version it is an [engine.Conflict]
// unless that is the one on file.
func (r Records[T, P]) Replace(ctx context.Context, caller engine.User, id engine.RecordID, declared T) (kept T, err error) {
	if err := P(&declared).Validate(); err != nil {
		return kept, err
	}
	err = r.control.Store.Update(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		record, err := recordOf[T, P](tx, party, id)
		if err != nil {
			return err
		}
		kept = declared
		if err := r.replace(tx, &record, &kept); err != nil {
			return err
		}
		kept, err = r.shown(tx, record)
		return err
	})
	r.tell(err)
	return kept, err
}

func (r Records[T, P]) replace(tx store.Tx, record *engine.Record, next *T) error {
	var before T
	if err := record.Declare(P(&before)); err != nil {
		return err
	}
	if version := P(next).Stamped().Version; version != 0 {
		record.Version = version
	}
	if err := r.keep(tx, record, &before, next); err != nil {
		return err
	}
	record.UpdatedAt = now()
	return tx.SaveRecord(record)
}

// Delete removes a record for good; [engine.Conflict] if another refers to it.
func (r Records[T, P]) Delete(ctx context.Context, caller engine.User, id engine.RecordID) error {
	err := r.control.Store.Update(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		record, err := recordOf[T, P](tx, party, id)
		if err != nil {
			return err
		}
		if err := needed(tx, record); err != nil {
			return err
		}
		return tx.EraseRecord(id)
	})
	r.tell(err)
	return err
}

// needed refuses to delete a record that others refer to.
func needed(tx store.Tx, record engine.Record) error {
	filter := store.RecordFilter{Party: record.Party, RefersTo: record.ID, Size: 1}
	by, err := tx.Records(filter)
	if err != nil || len(by) == 0 {
		return err
	}
	others, err := tx.CountRecords(filter)
	if err != nil {
		return err
	}
	users := fmt.Sprintf("%s %d", by[0].Kind.Word(), by[0].ID)
	if by[0].Name != "" {
		users += fmt.Sprintf(" (%q)", by[0].Name)
	}
	if others > 1 {
		users += fmt.Sprintf(" and %d more", others-1)
	}
	return &engine.Error{
		Kind: engine.Conflict, Title: "Still in use", Field: "id",
		Detail: fmt.Sprintf("%s %d is needed by %s", record.Kind.Word(), record.ID, users), Hint: "take it out there first",
	}
}

// shown reads a record as it is shown: with who declared it, and without secrets.
func (r Records[T, P]) shown(tx store.Tx, record engine.Record) (noun T, err error) {
	all, err := r.allShown(tx, []engine.Record{record})
	if err != nil {
		return noun, err
	}
	return all[0], nil
}

func (r Records[T, P]) allShown(tx store.Tx, records []engine.Record) ([]T, error) {
	nouns := make([]T, len(records))
	known := map[engine.UserID]engine.Owner{}
	for i, record := range records {
		noun := P(&nouns[i])
		if err := record.Declare(noun); err != nil {
			return nil, err
		}
		if secretive, ok := any(noun).(engine.Secretive[T]); ok {
			secretive.Hide()
		}
		if r.rules.show != nil {
			if err := r.rules.show(tx, record.Party, &nouns[i]); err != nil {
				return nil, err
			}
		}
		if err := nameCreator(tx, noun.Stamped().CreatedBy, known); err != nil {
			return nil, err
		}
	}
	return nouns, nil
}

// nameCreator fills in what somebody is called whose id is known.
func nameCreator(tx store.Tx, owner *engine.Owner, known map[engine.UserID]engine.Owner) error {
	if owner == nil {
		return nil
	}
	if _, ok := known[owner.ID]; !ok {
		user, err := tx.User(owner.ID)
		if err != nil {
			return err
		}
		known[owner.ID] = user.Owner()
	}
	*owner = known[owner.ID]
	return nil
}

// kindOf is the kind of the records of a noun.
func kindOf[T any, P engine.NounOf[T]]() engine.RecordKind { return P(new(T)).RecordKind() }

// recordOf gives a record of the noun if it is of the party.
func recordOf[T any, P engine.NounOf[T]](tx store.Tx, party engine.Party, id engine.RecordID) (engine.Record, error) {
	kind := kindOf[T, P]()
	record, err := tx.Record(id)
	if engine.KindOf(err) == engine.NotFound || err == nil && (record.Party != party || record.Kind != kind) {
		return engine.Record{}, noRecord(kind, fmt.Sprint(id))
	}
	return record, err
}

// declared reads what a party has declared under an id, secrets and all.
func declared[T any, P engine.NounOf[T]](tx store.Tx, party engine.Party, id engine.RecordID) (noun T, err error) {
	record, err := recordOf[T, P](tx, party, id)
	if err != nil {
		return noun, err
	}
	return noun, record.Declare(P(&noun))
}

// declaredBy reads what a party has declared under an id or a name, secrets and all. A
// name that is a number is read as an id first.
func declaredBy[T any, P engine.NounOf[T]](tx store.Tx, party engine.Party, ref string) (noun T, err error) {
	kind := kindOf[T, P]()
	if id, err := strconv.ParseInt(ref, 10, 64); err == nil {
		noun, err := declared[T, P](tx, party, engine.RecordID(id))
		if engine.KindOf(err) != engine.NotFound {
			return noun, err
		}
	}
	records, err := tx.Records(store.RecordFilter{Kind: kind, Party: party, Name: ref})
	if err != nil {
		return noun, err
	}
	if ref == "" || len(records) == 0 {
		return noun, noRecord(kind, ref)
	}
	return noun, records[0].Declare(P(&noun))
}

func noRecord(kind engine.RecordKind, ref string) error {
	return &engine.Error{Kind: engine.NotFound, Title: "No such " + kind.Word(), Field: "id", Detail: fmt.Sprintf("there is no %s %q, or not for you", kind.Word(), ref)}
}

// badReference is the error about a member of a request that names a record there is not.
func badReference(field string, kind engine.RecordKind, ref string) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "No such " + kind.Word(), Field: field, Detail: fmt.Sprintf("there is no %s %q, or not for you", kind.Word(), ref),
		Hint: "write the id or the name of one there is",
	}
}

// moveRecords gives the records of a party to others: to says to whom. One whose name is
// taken there gets another.
func moveRecords(tx store.Tx, from engine.Party, to func(engine.Record) (engine.Party, error)) error {
	records, err := tx.Records(store.RecordFilter{Party: from})
	if err != nil {
		return err
	}
	for _, record := range records {
		party, err := to(record)
		if err != nil {
			return err
		}
		if err := moveRecord(tx, record, party); err != nil {
			return err
		}
	}
	return nil
}

func moveRecord(tx store.Tx, record engine.Record, to engine.Party) error {
	if record.Party == to {
		return nil
	}
	record.Party = to
	name := record.Name
	for n := 2; ; n++ {
		err := tx.SaveRecord(&record)
		if engine.KindOf(err) != engine.Conflict {
			return err
		}
		if err := record.Rename(fmt.Sprintf("%s (%d)", name, n)); err != nil {
			return err
		}
	}
}
