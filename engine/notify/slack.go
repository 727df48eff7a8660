package notify

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Limits of Slack's blocks, in characters.
const (
	maxSlackHeader  = 150
	maxSlackSection = 3000
)

// slackMessage is the body of an incoming webhook.
type slackMessage struct {
	Text   string       `json:"text"` // for what shows no blocks
	Blocks []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type string    `json:"type"`
	Text slackText `json:"text"`
}

type slackText struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Verbatim bool   `json:"verbatim,omitempty"` // names of channels and people are not made links
}

func (n *Notifier) sendSlack(ctx context.Context, to engine.Notification, notice engine.Notice) engine.DeliveryTry {
	body, err := json.Marshal(slackOf(messageOf(notice)))
	if err != nil {
		return engine.DeliveryTry{Error: err.Error(), Permanent: true}
	}
	return n.post(ctx, to.Secret, body, nil)
}

// slackOf says a message in Slack's blocks. Only & < > mean something there that escapes
// cannot be written without: mentions, links and channels are all in angle brackets. What
// would make text bold or code stays inside lines of code.
func slackOf(m message) slackMessage {
	blocks := []slackBlock{{"header", slackText{Type: "plain_text", Text: cut(m.title, maxSlackHeader)}}}
	for _, lines := range [][]string{m.facts, m.items} {
		if len(lines) == 0 {
			continue
		}
		code := strings.ReplaceAll(slackEscape(strings.Join(lines, "\n")), "`", "'")
		blocks = append(blocks, slackBlock{"section", slackText{Type: "mrkdwn", Text: "```\n" + cut(code, maxSlackSection-10) + "\n```", Verbatim: true}})
	}
	return slackMessage{Text: slackEscape(m.title), Blocks: blocks}
}

func slackEscape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// cut shortens text to n characters; an escape that would be cut in two is left out.
func cut(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	short := string(runes[:n-1])
	if at := strings.LastIndexByte(short, '&'); at >= 0 && !strings.Contains(short[at:], ";") {
		short = short[:at]
	}
	return short + "…"
}
