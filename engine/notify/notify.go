// Package notify delivers notices: as signed webhooks, by mail and to Slack. Begin with
// [Notifier]; [Policy] says where requests may go.
//
// Who is told what, when it is tried again and what is on record is control's business;
// this package tries once. Text in notices comes from scanned hosts: in every format it
// is shown as text and cannot be anything else. No secret is in an error.
package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Notifier delivers notices. Make one with [New].
type Notifier struct {
	policy Policy
	mail   *MailServer // nil: no mail is sent
	agent  string
	client *http.Client
}

// New makes a notifier. Without a mail server it sends no mail. version is the program's.
func New(policy Policy, mail *MailServer, version string) *Notifier {
	return &Notifier{policy: policy, mail: mail, agent: "Portolan/" + version, client: policy.client()}
}

// Admit refuses a notification that could not be told anything by this server.
func (n *Notifier) Admit(to engine.Notification) error {
	switch {
	case to.Kind == engine.ChannelSlack:
		return engine.In("secret", n.policy.permitURL(to.Secret))
	case to.Kind == engine.ChannelWebhook:
		return engine.In("url", n.policy.permitURL(to.URL))
	case n.mail == nil:
		return &engine.Error{
			Kind: engine.Invalid, Title: "No mail server", Field: "kind", Detail: "the server knows no mail server to send by",
			Hint: "start it with --smtp smtp://mail.example.com:587 --smtp-from portolan@example.com",
		}
	}
	return nil
}

// Send tries to deliver once. It takes at most as long as ctx lets it.
func (n *Notifier) Send(ctx context.Context, to engine.Notification, d engine.Delivery) engine.DeliveryTry {
	var notice engine.Notice
	if err := json.Unmarshal(d.Notice, &notice); err != nil {
		return engine.DeliveryTry{Error: fmt.Sprintf("read notice: %v", err), Permanent: true}
	}
	switch to.Kind {
	case engine.ChannelWebhook:
		return n.sendWebhook(ctx, to, d, notice)
	case engine.ChannelSlack:
		return n.sendSlack(ctx, to, notice)
	case engine.ChannelEmail:
		return n.sendMail(ctx, to, d, notice)
	}
	return engine.DeliveryTry{Error: fmt.Sprintf("there is no way %q", to.Kind), Permanent: true}
}
