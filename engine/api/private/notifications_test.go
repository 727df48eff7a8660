package private_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestNotificationLife declares a notification over HTTP, tries it and reads what became
// of that; its secret is in no answer.
func TestNotificationLife(t *testing.T) {
	r := open(t)
	const secret = "a secret nobody sees"
	var n engine.Notification
	made := r.own("POST /api/notifications/", `{"name":"ops","kind":"webhook","events":["scan.failed","scan.done"],"url":"https://hooks.example.com/","secret":"`+secret+`"}`).is(201)
	made.into(&n)
	if !n.HasSecret || n.MinSeverity != engine.Info || n.Enabled == nil || !*n.Enabled || n.Events[0] != engine.NoticeScanDone {
		t.Errorf("declared it is %+v", n)
	}
	line := fmt.Sprintf("/api/notifications/%d/", n.ID)
	answers := []string{made.body, r.own("GET "+line, "").is(200).body, r.own("GET /api/notifications/", "").is(200).body, r.own("PUT "+line, made.body).is(200).body}
	var tried engine.Delivery
	test := r.own("POST "+line+"test/", "").is(200)
	test.into(&tried)
	if tried.State != engine.DeliveryDelivered || len(tried.Tries) != 1 || tried.Event != engine.NoticeTest {
		t.Errorf("tried it is %+v", tried)
	}
	var page struct {
		Items []engine.Delivery
		Total int
	}
	list := r.own("GET "+line+"deliveries/", "").is(200)
	list.into(&page)
	if page.Total != 1 || page.Items[0].ID != tried.ID {
		t.Errorf("deliveries are %+v", page)
	}
	for _, answer := range append(answers, test.body, list.body) {
		if strings.Contains(answer, secret) || strings.Contains(answer, `"secret"`) {
			t.Errorf("the secret is in %s", answer)
		}
	}
	r.own("POST /api/notifications/", `{"name":"x","kind":"webhook","events":["scan.donne"],"url":"https://h.example.com/","secret":"`+secret+`"}`).fails(400, engine.Invalid, "events[0]")
	r.own("DELETE "+line, "").is(204)
}
