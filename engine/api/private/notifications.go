package private

import (
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// notifications is the noun of notifications.
func (d *dialect) notifications() noun[engine.Notification] {
	return noun[engine.Notification]{
		path: "/api/notifications/", one: "Notification", many: "Notifications", word: "notification", chapter: "Notifications",
		doc: "Tells people, or other programs, of what has happened: scans that end, what they found that was not there before, schedules that fail. " +
			"A notice goes out at least once and is tried 8 times over half a day; text in it comes from scanned hosts and is hostile.",
		declared: notificationArguments(), computed: engine.NotificationState(),
		records: func() Collection[engine.Notification] { return d.control.Notifications() },
		more:    d.notificationRoutes,
	}
}

func notificationArguments() []api.Argument {
	events := make([]string, len(engine.NoticeEvents()))
	for i, event := range engine.NoticeEvents() {
		events[i] = string(event)
	}
	return []api.Argument{
		{Name: "name", Kind: api.Text, Required: true, Doc: "unique in the team, whatever its case", Example: "ops"},
		{Name: "kind", Kind: api.Text, Required: true, Doc: "webhook posts JSON that is signed as the Standard Webhooks specification says; email sends by the server's mail server; slack posts to an incoming webhook of Slack, or of what understands the same", Words: []string{"webhook", "email", "slack"}, Example: "webhook"},
		{Name: "events", Kind: api.Texts, Required: true, Doc: "what it tells of: scan.done, scan.failed, scan.cancelled, findings.new (one for a scan that found what was not there before), issue.new and issue.revived (one for each issue, a hundred of a scan at most), schedule.failed; agent.lost is reserved", Example: []string{"scan.failed", "findings.new"}},
		{Name: "min_severity", Kind: api.Text, Doc: "findings and issues that are less bad are not told; info if not given", Words: engine.SeverityWords()},
		{Name: "enabled", Kind: api.Flag, Doc: "whether it tells anybody; true if not given"},
		{Name: "url", Kind: api.Text, Either: true, Doc: "where a webhook posts to, by https. Private addresses need a server that was started with --notify-private; redirections are not followed", Example: "https://192.0.2.10/portolan"},
		{Name: "to", Kind: api.Texts, Either: true, Doc: "e-mail addresses of an email"},
		{Name: "secret", Kind: api.Text, Either: true, Doc: "of a webhook the key of its signatures, 16 characters at least; of slack the URL. It is never shown; not given, the one that is kept holds as long as kind and url stay the same", Example: "whsec_ZXhhbXBsZSBvZiBhIHNlY3JldA=="},
	}
}

// deliveriesObject is a page of deliveries.
type deliveriesObject struct {
	Items []engine.Delivery `json:"items"`
	Total int               `json:"total"`
}

func (d *dialect) notificationRoutes(id api.Argument) []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/notifications/{id}/deliveries/", Handle: d.listDeliveries, Success: http.StatusOK,
			ID: "listDeliveries", Summary: "List the deliveries of a notification",
			Doc: "The newest first; the last thousand that have ended are kept. tries says how each attempt went, never what was answered. " +
				"A receiver knows a repeated delivery by its id, which a webhook has as Webhook-Id.",
			Parameters: append([]api.Argument{id}, partArguments()...), Answer: deliveriesObject{},
		},
		{
			Method: http.MethodPost, Path: "/api/notifications/{id}/test/", Handle: d.testNotification, Success: http.StatusOK,
			ID: "testNotification", Summary: "Try a notification",
			Doc:        "Delivers a notice of the event test at once, and answers how that went. If it failed it is tried again later, as any other.",
			Parameters: []api.Argument{id}, Answer: engine.Delivery{}, Refuses: []engine.Kind{engine.Conflict},
		},
	}
}

func (d *dialect) listDeliveries(call *api.Call) error {
	id, err := d.notifications().id(call)
	if err != nil {
		return err
	}
	start, size, err := partOf(call.Parameters())
	if err != nil {
		return err
	}
	page, err := d.control.Deliveries(call.Context(), call.Caller, id, control.Page{Start: start, Size: size})
	if err != nil {
		return err
	}
	if page.Items == nil {
		page.Items = []engine.Delivery{}
	}
	return call.Answer(deliveriesObject(page))
}

func (d *dialect) testNotification(call *api.Call) error {
	id, err := d.notifications().id(call)
	if err != nil {
		return err
	}
	delivery, err := d.control.TestNotification(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	return call.Answer(delivery)
}
