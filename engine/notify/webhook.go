package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// The headers of a webhook, as the Standard Webhooks specification has them.
const (
	HeaderID        = "Webhook-Id"        // the same whenever a delivery is repeated
	HeaderTimestamp = "Webhook-Timestamp" // seconds since 1970 when it was sent
	HeaderSignature = "Webhook-Signature" // see [Sign]
)

// webhookBody is what a webhook carries.
type webhookBody struct {
	Type string        `json:"type"`
	Data engine.Notice `json:"data"`

	Timestamp time.Time `json:"timestamp"` // of the event
}

// Sign gives the signature of a webhook: "v1," and the HMAC-SHA256 of id, timestamp and
// body, with dots between them, in base64. A secret that begins with whsec_ is base64 of
// the key, any other is the key.
func Sign(secret, id, timestamp string, body []byte) string {
	key := []byte(secret)
	if coded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if decoded, err := base64.StdEncoding.DecodeString(coded); err == nil {
			key = decoded
		}
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (n *Notifier) sendWebhook(ctx context.Context, to engine.Notification, d engine.Delivery, notice engine.Notice) engine.DeliveryTry {
	body, err := json.Marshal(webhookBody{Type: string(notice.Event), Timestamp: notice.At, Data: notice})
	if err != nil {
		return engine.DeliveryTry{Error: err.Error(), Permanent: true}
	}
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	return n.post(ctx, to.URL, body, map[string]string{
		HeaderID: d.ID, HeaderTimestamp: timestamp, HeaderSignature: Sign(to.Secret, d.ID, timestamp, body),
	})
}

// maxAnswer is how much of an answer is read, so that the connection ends well.
const maxAnswer = 64 << 10

// post sends JSON. What is answered is neither kept nor told: it may come from anywhere.
func (n *Notifier) post(ctx context.Context, to string, body []byte, headers map[string]string) engine.DeliveryTry {
	if err := n.policy.permitURL(to); err != nil {
		return engine.DeliveryTry{Error: err.Error()}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return engine.DeliveryTry{Error: "the URL cannot be read", Permanent: true}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", n.agent)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer, err := n.client.Do(request)
	if err != nil {
		return engine.DeliveryTry{Error: "send: " + withoutURL(err)}
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)) // the status is what counts
	return judge(answer)
}

// withoutURL gives an error of an HTTP client without the URL, which may be a secret.
func withoutURL(err error) string {
	var told *engine.Error
	if errors.As(err, &told) {
		return told.Error()
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}

// judge says what an answer means. Gone is for good; everything else that is no success
// may be somebody's mistake that is mended.
func judge(answer *http.Response) engine.DeliveryTry {
	try := engine.DeliveryTry{StatusCode: answer.StatusCode, RetryAfter: retryAfter(answer.Header.Get("Retry-After"))}
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return try
	case code >= 300 && code < 400:
		try.Error = fmt.Sprintf("the answer is %d: redirections are not followed", code)
	default:
		try.Error = fmt.Sprintf("the answer is %d %s", code, http.StatusText(code))
		try.Permanent = code == http.StatusGone
	}
	return try
}

// retryAfter reads seconds or a date (RFC 9110 section 10.2.3); 0 is neither.
func retryAfter(text string) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), int(engine.MaxRetryAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
