package notify_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/notify"
)

const secret = "a secret of the test that nobody may see"

// hostile is what a scanned host may say to whoever reads of it.
const hostile = "</h2><script>alert(1)</script> <!channel> *b* `code` ```\r\nBcc: eve@example.com\r\n\r\n\x1b[2J\u202e & <https://evil.example|click>"

// delivery is one of new findings with hostile text in everything.
func delivery(t *testing.T) engine.Delivery {
	t.Helper()
	d, err := engine.NewDelivery(7, "k", engine.Notice{
		Event: engine.NoticeFindingsNew, At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Scan:   &engine.NoticeScan{ID: 7, Label: hostile, Status: engine.StatusDone, LastStep: hostile, Targets: []engine.Target{"example.com"}, TargetsAll: 30},
		Counts: &engine.SeverityCounts{High: 2, Total: 2},
		Issues: []engine.NoticeIssue{{ID: 3, State: engine.IssuePresent, Rule: "http.x", Title: hostile, Severity: engine.High, Host: hostile, Port: 80, Transport: "tcp"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// received is what a server of the test was sent.
type received struct {
	header http.Header
	body   []byte
}

// listen answers what answer says, and tells what it was sent.
func listen(t *testing.T, answer http.HandlerFunc) (url string, requests chan received) {
	t.Helper()
	requests = make(chan received, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		requests <- received{r.Header, body}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func webhook(url string) engine.Notification {
	return engine.Notification{Name: "ops", Kind: engine.ChannelWebhook, URL: url, Secret: secret}
}

func private(t *testing.T) *notify.Notifier {
	t.Helper()
	return notify.New(notify.Policy{Private: true}, nil, "test")
}

// TestWebhookIsSigned checks the signature as a receiver would, and with a vector of the
// Standard Webhooks specification.
func TestWebhookIsSigned(t *testing.T) {
	url, requests := listen(t, status(204))
	d := delivery(t)
	if try := private(t).Send(t.Context(), webhook(url), d); !try.Succeeded() || try.StatusCode != 204 {
		t.Fatalf("it went like this: %+v", try)
	}
	got := <-requests
	id, timestamp := got.header.Get(notify.HeaderID), got.header.Get(notify.HeaderTimestamp)
	if id != d.ID || got.header.Get(notify.HeaderSignature) != notify.Sign(secret, id, timestamp, got.body) {
		t.Errorf("headers are %v", got.header)
	}
	var sent struct {
		Type string
		Data engine.Notice
	}
	if err := json.Unmarshal(got.body, &sent); err != nil || sent.Type != "findings.new" || sent.Data.Issues[0].ID != 3 || sent.Data.Scan.Label != hostile {
		t.Errorf("the body is %s, %v", got.body, err)
	}
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	sign := notify.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if sign != want {
		t.Errorf("the vector of the specification is signed %s, want %s", sign, want)
	}
}

func TestAnswersOfWebhooks(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   engine.DeliveryTry
	}{
		"taken":       {status(200), engine.DeliveryTry{StatusCode: 200}},
		"refused":     {status(400), engine.DeliveryTry{StatusCode: 400, Error: "the answer is 400 Bad Request"}},
		"gone":        {status(410), engine.DeliveryTry{StatusCode: 410, Error: "the answer is 410 Gone", Permanent: true}},
		"redirection": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, engine.DeliveryTry{StatusCode: 302, Error: "the answer is 302: redirections are not followed"}},
		"busy": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(503)
		}, engine.DeliveryTry{StatusCode: 503, Error: "the answer is 503 Service Unavailable", RetryAfter: 2 * time.Minute}},
		"busy for ages": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "99999999999")
			w.WriteHeader(429)
		}, engine.DeliveryTry{StatusCode: 429, Error: "the answer is 429 Too Many Requests", RetryAfter: engine.MaxRetryAfter}},
	} {
		url, requests := listen(t, c.answer)
		if try := private(t).Send(t.Context(), webhook(url), delivery(t)); try != c.want {
			t.Errorf("%s: %+v, want %+v", name, try, c.want)
		}
		if len(requests) != 1 {
			t.Errorf("%s: %d requests came", name, len(requests))
		}
	}
}

// TestNoSecretIsInAnError: the URL of Slack is one.
func TestNoSecretIsInAnError(t *testing.T) {
	slack := engine.Notification{Kind: engine.ChannelSlack, Secret: "http://127.0.0.1:1/" + "T0/B0/hidden"}
	for name, n := range map[string]*notify.Notifier{"refused": private(t), "not permitted": notify.New(notify.Policy{}, nil, "")} {
		try := n.Send(t.Context(), slack, delivery(t))
		if try.Succeeded() || strings.Contains(try.Error, "hidden") || strings.Contains(try.Error, "T0") {
			t.Errorf("%s: %q", name, try.Error)
		}
	}
}

// TestAddressesThatAreNotPermitted: neither as they stand, nor as what a name means when
// it is connected to.
func TestAddressesThatAreNotPermitted(t *testing.T) {
	for text, want := range map[string][2]bool{ // permitted by default, with --notify-private
		"198.51.100.7": {true, true}, "2600::1": {true, true},
		"127.0.0.1": {false, true}, "::1": {false, true}, "10.1.2.3": {false, true}, "192.168.0.1": {false, true}, "172.31.0.1": {false, true},
		"100.64.0.1": {false, true}, "fd12::1": {false, true}, "::ffff:10.0.0.1": {false, true}, "64:ff9b::a00:1": {false, true},
		"169.254.169.254": {false, false}, "fd00:ec2::254": {false, false}, "100.100.100.200": {false, false}, "168.63.129.16": {false, false},
		"169.254.1.1": {false, false}, "fe80::1": {false, false}, "0.0.0.0": {false, false}, "224.0.0.1": {false, false}, "255.255.255.255": {false, false},
		"::ffff:169.254.169.254": {false, false}, "64:ff9b::a9fe:a9fe": {false, false},
	} {
		for i, policy := range []notify.Policy{{}, {Private: true}} {
			host := text
			if addr := netip.MustParseAddr(text); addr.Is6() {
				host = "[" + text + "]"
			}
			err := notify.New(policy, nil, "").Admit(webhook("https://" + host + "/hook"))
			if (err == nil) != want[i] || err != nil && engine.KindOf(err) != engine.Forbidden {
				t.Errorf("%s, private %v: %v", text, policy.Private, err)
			}
		}
	}
	if err := notify.New(notify.Policy{}, nil, "").Admit(webhook("http://example.com/")); engine.KindOf(err) != engine.Invalid {
		t.Errorf("http is %v", err)
	}
}

// TestNamesAreJudgedWhenConnectedTo: localhost is a name, and nothing says before that it
// means this machine.
func TestNamesAreJudgedWhenConnectedTo(t *testing.T) {
	server := httptest.NewTLSServer(status(200))
	defer server.Close()
	to := webhook(strings.Replace(server.URL, "127.0.0.1", "localhost", 1))
	n := notify.New(notify.Policy{}, nil, "")
	if err := n.Admit(to); err != nil {
		t.Fatal(err)
	}
	if try := n.Send(t.Context(), to, delivery(t)); !strings.Contains(try.Error, "notices are not sent to addresses of this kind") {
		t.Errorf("it went like this: %+v", try)
	}
}

func TestSlackShowsHostileTextAsText(t *testing.T) {
	url, requests := listen(t, status(200))
	to := engine.Notification{Kind: engine.ChannelSlack, Secret: url}
	if try := private(t).Send(t.Context(), to, delivery(t)); !try.Succeeded() {
		t.Fatal(try.Error)
	}
	var sent struct {
		Text   string
		Blocks []struct {
			Type string
			Text struct{ Type, Text string }
		}
	}
	got := <-requests
	if err := json.Unmarshal(got.body, &sent); err != nil || len(sent.Blocks) != 3 {
		t.Fatalf("the body is %s, %v", got.body, err)
	}
	for _, block := range sent.Blocks {
		text := block.Text.Text
		inside := strings.TrimSuffix(strings.TrimPrefix(text, "```\n"), "\n```")
		if block.Text.Type == "mrkdwn" && strings.ContainsAny(inside, "<>`\x1b\u202e") || len([]rune(text)) > 3000 || strings.Contains(text, "\r") {
			t.Errorf("a block is %q", text)
		}
	}
	if strings.ContainsAny(sent.Text, "<>") {
		t.Errorf("the text is %q", sent.Text)
	}
	huge := delivery(t)
	huge.Notice = json.RawMessage(strings.Replace(string(huge.Notice), `"issues":[`, `"issues":[`+strings.Repeat(`{"title":"&&&&"},`, 2000), 1))
	if try := private(t).Send(t.Context(), to, huge); !try.Succeeded() {
		t.Fatal(try.Error)
	}
	if got := <-requests; len(got.body) > 10_000 {
		t.Errorf("the body has %d bytes", len(got.body))
	}
}

func TestWithoutAMailServer(t *testing.T) {
	var e *engine.Error
	err := private(t).Admit(engine.Notification{Kind: engine.ChannelEmail, To: []string{"ann@example.com"}})
	if !errors.As(err, &e) || e.Field != "kind" || !strings.Contains(e.Hint, "--smtp") {
		t.Errorf("it is %v", err)
	}
}

// FuzzMessages: whatever a notice says, each way of saying it is well formed.
func FuzzMessages(f *testing.F) {
	f.Add(hostile, "http.x", 80)
	f.Fuzz(func(t *testing.T, text, rule string, port int) {
		d, err := engine.NewDelivery(1, "k", engine.Notice{
			Event: engine.NoticeIssueNew, Scan: &engine.NoticeScan{Label: text},
			Issues: []engine.NoticeIssue{{Title: text, Rule: rule, Port: port, URI: text}},
		})
		if err != nil {
			t.Skip()
		}
		var notice engine.Notice
		if err := json.Unmarshal(d.Notice, &notice); err != nil {
			t.Fatal(err)
		}
		mail, slack := notify.Render(t, notice)
		if err := wellFormed(mail, slack); err != nil {
			t.Error(err)
		}
	})
}

func wellFormed(mail, slack []byte) error {
	if !json.Valid(slack) {
		return fmt.Errorf("no JSON: %s", slack)
	}
	_, err := readMail(mail)
	return err
}
