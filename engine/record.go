package engine

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// RecordID numbers a record. Ids rise over the records of all kinds and are never used
// again.
type RecordID int64

// RecordKind says which noun a record declares: "scan-profile".
type RecordKind string

// Word is the kind as people say it: "scan profile".
func (k RecordKind) Word() string { return strings.ReplaceAll(string(k), "-", " ") }

// Record is how everything is kept that people declare and name: scan profiles, targets,
// schedules. All nouns are kept alike, so that a new one is a struct and its rules (see
// [Noun]) and nothing in the store. Times are UTC.
type Record struct {
	ID      RecordID
	Kind    RecordKind
	Party   Party
	OwnerID UserID          // who declared it; 0 if that user is gone
	Refers  []RecordID      // the records that this one needs: they cannot be deleted
	Name    string          // unique for a kind and a party, whatever its case; "" has none
	Version int64           // 1 when it is made, and one more with every save
	Due     time.Time       // when there is something to do about it; the zero time is never
	Body    json.RawMessage // the noun as JSON, without its [Stamp]
	Extra   json.RawMessage // what another dialect of the API keeps with it; nil is nothing

	CreatedAt time.Time
	UpdatedAt time.Time
}

// Stamp is what the engine adds to what was declared. Every noun embeds one, so that its
// members are beside the noun's own; what a request says of them is not heard, except for
// the version.
type Stamp struct {
	ID        RecordID  `json:"id"`
	Version   int64     `json:"version"`    // in a request: the version that was read, or 0 to overwrite whatever there is
	CreatedBy *Owner    `json:"created_by"` // null if that user is gone
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	// Extra is [Record.Extra]. Nil in what replaces a record leaves it as it is.
	Extra json.RawMessage `json:"-"`
}

// Stamped makes what embeds a Stamp half a [Noun].
func (s *Stamp) Stamped() *Stamp { return s }

// StampMembers are the members a Stamp has in JSON.
func StampMembers() []string {
	return []string{"id", "version", "created_by", "created_at", "updated_at"}
}

// Noun is something that people declare: a pointer to a struct with JSON tags that embeds
// a [Stamp]. It may be a [Timed], a [Referring] and a [Secretive] too.
type Noun interface {
	Stamped() *Stamp
	// RecordKind is the same for all values of a noun.
	RecordKind() RecordKind
	// RecordName is what no other of the party may be called, whatever its case; "" for a
	// noun, or one of it, without such a name.
	RecordName() string
	// Validate reports the first thing wrong with it, naming its field.
	Validate() error
}

// NounOf is [Noun] for the pointers to T.
type NounOf[T any] interface {
	*T
	Noun
}

// Timed is a noun that has something done about it at a time, such as the next run of a
// schedule.
type Timed interface {
	// Due gives [Record.Due].
	Due() time.Time
}

// Referring is a noun that needs other records of the same party, such as the targets of a
// group.
type Referring interface {
	// References gives them all, in the order they are declared in.
	References() []Reference
}

// Reference is a member of a noun that names a record.
type Reference struct {
	Field string // "target_ids[3]"
	Kind  RecordKind
	ID    RecordID
}

// Secretive is a noun T with members that are written and never shown.
type Secretive[T any] interface {
	// Inherit takes over the secrets of what was kept before that are not given anew.
	Inherit(before T)
	// Hide takes the secrets away, so that it can be shown.
	Hide()
}

// Keep writes down what n declares.
func (r *Record) Keep(n Noun) error {
	text, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write %s: %w", n.RecordKind().Word(), err)
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &members); err != nil {
		return fmt.Errorf("write %s: %w", n.RecordKind().Word(), err)
	}
	for _, member := range StampMembers() {
		delete(members, member)
	}
	r.Kind, r.Name = n.RecordKind(), n.RecordName()
	if timed, ok := n.(Timed); ok {
		r.Due = timed.Due()
	}
	r.Refers = nil
	for _, reference := range References(n) {
		r.Refers = append(r.Refers, reference.ID)
	}
	if extra := n.Stamped().Extra; extra != nil {
		r.Extra = extra
	}
	r.Body, err = json.Marshal(members)
	return err
}

// References gives what a noun needs, nothing if it is no [Referring].
func References(n Noun) []Reference {
	if referring, ok := n.(Referring); ok {
		return referring.References()
	}
	return nil
}

// Declare reads into n what the record declares. Of who declared it, it has the id alone.
func (r Record) Declare(n Noun) error {
	if err := json.Unmarshal(r.Body, n); err != nil {
		return fmt.Errorf("read %s %d: %w", r.Kind.Word(), r.ID, err)
	}
	*n.Stamped() = Stamp{ID: r.ID, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Extra: r.Extra}
	if r.OwnerID != 0 {
		n.Stamped().CreatedBy = &Owner{ID: r.OwnerID}
	}
	return nil
}

// Rename gives a record another name, where the noun's member "name" is that name. A
// record whose name is something else, such as an address, is left without one: it is then
// one of two of its kind.
func (r *Record) Rename(name string) error {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(r.Body, &members); err != nil {
		return fmt.Errorf("read %s %d: %w", r.Kind.Word(), r.ID, err)
	}
	was, err := json.Marshal(r.Name)
	if err != nil {
		return err
	}
	if string(members["name"]) != string(was) {
		r.Name = ""
		return nil
	}
	if members["name"], err = json.Marshal(name); err != nil {
		return err
	}
	r.Name = name
	r.Body, err = json.Marshal(members)
	return err
}

// ValidateRecordName reports a name that is missing, too long, or that would not stand on
// one line of a list.
func ValidateRecordName(name string) error {
	if name == "" {
		return badName("name", "the name is empty", "choose one")
	}
	return validateName("name", name)
}
