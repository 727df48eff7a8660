package private

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// Collection keeps what people declare of one noun. Records of others than the caller's
// party are [engine.NotFound].
type Collection[T any] interface {
	Create(ctx context.Context, caller engine.User, declared T) (T, error)
	Get(ctx context.Context, caller engine.User, id engine.RecordID) (T, error)
	// List gives a page, in the order the records were declared.
	List(ctx context.Context, caller engine.User, q control.RecordQuery) (control.RecordPage[T], error)
	// Replace writes a record as a whole; [engine.Conflict] if it names another version
	// than the one on file.
	Replace(ctx context.Context, caller engine.User, id engine.RecordID, declared T) (T, error)
	Delete(ctx context.Context, caller engine.User, id engine.RecordID) error
}

// noun is what there is to know of a noun to serve its collection: five routes, of which
// [noun.routes] makes the rows.
type noun[T any] struct {
	path     string         // "/api/profiles/"
	one      string         // as clients call it: "ScanProfile"
	many     string         // "ScanProfiles"
	word     string         // as people do: "scan profile"
	chapter  string         // of the documents
	doc      string         // what it is and what it does
	declared []api.Argument // the members that people write
	computed []string       // members that the engine fills in besides those of an [engine.Stamp]; in requests they are ignored
	records  func() Collection[T]

	// more makes the rows of what else can be done with one, given the argument of its id;
	// nil for nothing.
	more func(id api.Argument) []api.Route
}

// nouns lists what people declare; each noun's row is in a file of its own.
func (d *dialect) nouns() []served {
	return []served{d.scanProfiles(), d.declaredTargets(), d.targetGroups(), d.schedules(), d.notifications()}
}

// served is a [noun] of whatever type.
type served interface {
	// routes makes the noun's rows; the examples in them are about the record with this id.
	routes(example int) []api.Route
}

// recordRoutes are those of all nouns. In their examples each noun has been declared once,
// in their order.
func (d *dialect) recordRoutes() (routes []api.Route) {
	for i, n := range d.nouns() {
		routes = append(routes, n.routes(i+1)...)
	}
	return routes
}

// recordsObject is a page of records. Total counts all that pass the filter.
type recordsObject[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
}

func (n noun[T]) routes(example int) []api.Route {
	id := api.Argument{Name: "id", Kind: api.Number, Required: true, Min: 1, Doc: "which " + n.word, Example: example}
	routes := []api.Route{n.listRoute(), n.createRoute(), n.getRoute(id), n.replaceRoute(id), n.deleteRoute(id)}
	if n.more != nil {
		routes = append(routes, n.more(id)...)
	}
	for i := range routes {
		routes[i].Chapter, routes[i].Own = n.chapter, true
	}
	return routes
}

func (n noun[T]) listRoute() api.Route {
	return api.Route{
		Method: http.MethodGet, Path: n.path, Handle: n.list, Success: http.StatusOK,
		ID: "list" + n.many, Summary: "List " + n.word + "s",
		Doc:        "Those of the caller's team, or the caller's own, in the order they were declared. total counts all that pass the filter, not those of this page.",
		Parameters: recordFilterArguments(n.word), Answer: recordsObject[T]{},
	}
}

func (n noun[T]) createRoute() api.Route {
	return api.Route{
		Method: http.MethodPost, Path: n.path, Handle: n.create, Success: http.StatusCreated,
		ID: "create" + n.one, Summary: "Declare a " + n.word, Doc: n.doc + " Members that are not described are refused.",
		Body: n.declared, Answer: *new(T), Refuses: []engine.Kind{engine.Conflict},
	}
}

func (n noun[T]) getRoute(id api.Argument) api.Route {
	return api.Route{
		Method: http.MethodGet, Path: n.path + "{id}/", Handle: n.get, Success: http.StatusOK,
		ID: "get" + n.one, Summary: "Get a " + n.word, Doc: n.doc, Parameters: []api.Argument{id}, Answer: *new(T),
	}
}

func (n noun[T]) replaceRoute(id api.Argument) api.Route {
	return api.Route{
		Method: http.MethodPut, Path: n.path + "{id}/", Handle: n.replace, Success: http.StatusOK,
		ID: "replace" + n.one, Summary: "Replace a " + n.word,
		Doc: "It is written as a whole: a member that is left out has no value afterwards, a secret excepted. What was read may be sent back with its changes; " +
			"id, created_by and the times in it are ignored. Members that are not described are refused.",
		Parameters: []api.Argument{id}, Body: append(slices.Clone(n.declared), versionArgument()), Answer: *new(T), Refuses: []engine.Kind{engine.Conflict},
	}
}

func (n noun[T]) deleteRoute(id api.Argument) api.Route {
	return api.Route{
		Method: http.MethodDelete, Path: n.path + "{id}/", Handle: n.delete, Success: http.StatusNoContent,
		ID: "delete" + n.one, Summary: "Delete a " + n.word, Doc: "For good. One that something else refers to cannot be deleted; the error says what that is.",
		Parameters: []api.Argument{id}, Refuses: []engine.Kind{engine.Conflict},
	}
}

func versionArgument() api.Argument {
	return api.Argument{Name: "version", Kind: api.Number, Doc: "the version that was read: if it was replaced since, that is a conflict; not given, whatever there is is replaced"}
}

func recordFilterArguments(word string) []api.Argument {
	return append([]api.Argument{
		{Name: "id", Kind: api.IDs, Doc: "only these"},
		{Name: "name", Kind: api.Word, Doc: "only the " + word + " of this name, whatever its case"},
	}, partArguments()...)
}

func (n noun[T]) list(call *api.Call) error {
	query, err := recordQuery(call.Parameters())
	if err != nil {
		return err
	}
	page, err := n.records().List(call.Context(), call.Caller, query)
	if err != nil {
		return err
	}
	if page.Items == nil {
		page.Items = []T{}
	}
	return call.Answer(recordsObject[T](page))
}

func recordQuery(parameters api.Arguments) (q control.RecordQuery, err error) {
	if q.IDs, err = recordIDs(parameters, "id"); err != nil {
		return q, err
	}
	if q.Name, err = parameters.Word("name"); err != nil {
		return q, err
	}
	q.Start, q.Size, err = partOf(parameters)
	return q, err
}

// recordIDs reads a list of ids of records.
func recordIDs(from api.Arguments, name string) ([]engine.RecordID, error) {
	numbers, err := from.ScanIDs(name)
	if err != nil || numbers == nil {
		return nil, err
	}
	ids := make([]engine.RecordID, len(numbers))
	for i, n := range numbers {
		ids[i] = engine.RecordID(n)
	}
	return ids, nil
}

func (n noun[T]) create(call *api.Call) error {
	var declared T
	if err := n.read(call, &declared); err != nil {
		return err
	}
	kept, err := n.records().Create(call.Context(), call.Caller, declared)
	if err != nil {
		return err
	}
	return call.Answer(kept)
}

// read reads what is declared in a body.
func (n noun[T]) read(call *api.Call, declared *T) error {
	return call.Exact(declared, slices.Concat(engine.StampMembers(), n.computed)...)
}

func (n noun[T]) get(call *api.Call) error {
	id, err := n.id(call)
	if err != nil {
		return err
	}
	record, err := n.records().Get(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	return call.Answer(record)
}

// id reads the id in the path. What is no number names nothing.
func (n noun[T]) id(call *api.Call) (engine.RecordID, error) {
	text := call.Path("id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, &engine.Error{
			Kind: engine.NotFound, Title: "No such " + n.word, Field: "id", Detail: fmt.Sprintf("there is no %s %q", n.word, text),
			Hint: "an id is a number; " + n.path + "?name= finds by name",
		}
	}
	return engine.RecordID(id), nil
}

func (n noun[T]) replace(call *api.Call) error {
	id, err := n.id(call)
	if err != nil {
		return err
	}
	var declared T
	if err := n.read(call, &declared); err != nil {
		return err
	}
	kept, err := n.records().Replace(call.Context(), call.Caller, id, declared)
	if err != nil {
		return err
	}
	return call.Answer(kept)
}

func (n noun[T]) delete(call *api.Call) error {
	id, err := n.id(call)
	if err != nil {
		return err
	}
	if err := n.records().Delete(call.Context(), call.Caller, id); err != nil {
		return err
	}
	return call.AnswerNothing()
}
