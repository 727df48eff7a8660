package private

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// endID is the id of the last event of a stream.
const endID = "end"

// streamEvents sends what happens to a scan as server-sent events (WHATWG HTML, section
// 9.2) until it has ended. Steps have an id, so that a client that comes back with
// Last-Event-ID gets every step once, and so has the end: who has heard that is told by
// a status of 204 to come back no more (section 9.2.3).
func (d *dialect) streamEvents(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	if call.Request.Header.Get("Last-Event-ID") == endID {
		return d.nothingMore(call, id)
	}
	after, err := lastEventID(call)
	if err != nil {
		return err
	}
	var stream *api.Stream
	for event, err := range d.control.Events(call.Context(), call.Caller, id, after) {
		if err != nil {
			return err
		}
		if stream == nil { // the first event says that the caller may listen
			stream = call.EventStream()
			defer stream.Close() //nolint:errcheck // then the client has gone, and nobody is left to be told
		}
		if _, err := stream.Write(eventText(event)); err != nil {
			return nil // as above
		}
	}
	return nil
}

// nothingMore answers who has heard the end of a scan. They have to be allowed to.
func (d *dialect) nothingMore(call *api.Call, id engine.ScanID) error {
	if _, err := d.control.Scan(call.Context(), call.Caller, id); err != nil {
		return err
	}
	return call.AnswerNothing()
}

// lastEventID reads the id of the last step a client has heard of: 0 for none. Those
// who cannot set headers say it with after.
func lastEventID(call *api.Call) (int64, error) {
	text := strings.TrimSpace(call.Request.Header.Get("Last-Event-ID"))
	if text == "" {
		after, _, err := call.Parameters().Int("after")
		return after, err
	}
	after, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, invalid("Last-Event-ID", fmt.Sprintf("%q is not the id of a step", text), "send the last id as it came, or none")
	}
	return after, nil
}

// eventText writes an event. Its data is one line of JSON, so no text of a scanned host
// can begin a line of its own.
func eventText(event engine.Event) []byte {
	switch event.Kind {
	case engine.EventStep:
		return fmt.Appendf(nil, "id: %d\nevent: step\ndata: %s\n\n", event.Step.ID, eventData(event.Step))
	case engine.EventQueue:
		return fmt.Appendf(nil, "event: queue\ndata: %s\n\n", eventData(event.Queue))
	case engine.EventCounts:
		return fmt.Appendf(nil, "event: counts\ndata: %s\n\n", eventData(event.Counts))
	case engine.EventEnd:
		return fmt.Appendf(nil, "id: %s\nevent: end\ndata: %s\n\n", endID, eventData(event.Scan))
	case engine.EventAlive:
	}
	return []byte(": alive\n\n")
}

func eventData(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("api: event cannot be encoded: " + err.Error()) // our own types
	}
	return api.EscapeLineBreaks(data)
}
