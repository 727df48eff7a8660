package notify

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Render says a notice as a mail and for Slack.
func Render(t *testing.T, notice engine.Notice) (mail, slack []byte) {
	t.Helper()
	m := messageOf(notice)
	mail, err := letter{from: "portolan@example.com", to: []string{"ann@example.com", "bob@example.com"}, id: "dlv_1", at: time.Unix(0, 0), message: m}.write()
	if err != nil {
		t.Fatal(err)
	}
	if slack, err = json.Marshal(slackOf(m)); err != nil {
		t.Fatal(err)
	}
	return mail, slack
}
