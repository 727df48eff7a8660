// Package github speaks to GitHub's REST API: the comment on a pull request that is kept
// up to date, and the upload of findings to code scanning. Begin with [New].
//
// It knows nothing of scans and writes nothing to the runner. What GitHub refuses because
// a permission is missing is an [engine.Forbidden] [engine.Error] that names it.
package github

import (
	"bytes"
	"context"
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

const (
	apiVersion = "2022-11-28"
	callTime   = 20 * time.Second
	maxAnswer  = 16 << 20
	tries      = 3
	firstDelay = 500 * time.Millisecond
	maxDelay   = 10 * time.Second // the longest that GitHub may ask to wait
)

// Config says where and who.
type Config struct {
	API        string // "https://api.github.com"
	Token      string
	Repository string       // "owner/name"
	HTTP       *http.Client // nil is one with sensible timeouts
}

// Client speaks to one repository.
type Client struct {
	config Config
}

// New makes a client. Nothing is sent yet.
func New(config Config) *Client {
	config.API = strings.TrimRight(config.API, "/")
	if config.HTTP == nil {
		config.HTTP = &http.Client{Timeout: callTime}
	}
	return &Client{config}
}

// refusal is an answer of GitHub that is no success.
type refusal struct {
	status     int
	message    string
	retryAfter time.Duration
}

func (r *refusal) Error() string { return fmt.Sprintf("GitHub answers %d: %s", r.status, r.message) }

// passes reports whether the same request may succeed in a moment. A limit of requests is
// told as 429, or as 403 with Retry-After.
func (r *refusal) passes() bool {
	return r.status >= 500 || r.status == http.StatusTooManyRequests || r.status == http.StatusForbidden && r.retryAfter > 0
}

// call sends a request and reads the answer into out, unless that is nil. permission is
// what the token needs for it. What makes something is not sent again after an answer was
// lost: a comment would be there twice.
func (c *Client) call(ctx context.Context, method, path, permission string, body, out any) error {
	for try := 1; ; try++ {
		err := c.send(ctx, method, path, body, out)
		var refused *refusal
		if errors.As(err, &refused) {
			if try < tries && refused.passes() && refused.retryAfter <= maxDelay && rest(ctx, max(refused.retryAfter, firstDelay<<try)) {
				continue
			}
			return named(refused, permission)
		}
		if err != nil && method == http.MethodGet && try < tries && rest(ctx, firstDelay<<try) {
			continue
		}
		return err
	}
}

// named says which permission is missing. GitHub hides what a token may not see as 404.
func named(r *refusal, permission string) error {
	if r.status != http.StatusForbidden && r.status != http.StatusNotFound && r.status != http.StatusUnauthorized || r.retryAfter > 0 {
		return r
	}
	return &engine.Error{
		Kind: engine.Forbidden, Title: "GitHub refuses", Field: "github-token", Err: r, Detail: r.Error(),
		Hint: fmt.Sprintf("add %q to the permissions of the job", permission),
	}
}

func (c *Client) send(ctx context.Context, method, path string, body, out any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.config.API+"/repos/"+escaped(c.config.Repository)+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/vnd.github+json")
	request.Header.Set("Authorization", "Bearer "+c.config.Token)
	request.Header.Set("X-GitHub-Api-Version", apiVersion)
	request.Header.Set("User-Agent", "portolan-action")
	response, err := c.config.HTTP.Do(request)
	if err != nil {
		return fmt.Errorf("ask GitHub: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read GitHub's answer: %w", err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return refusalOf(response, text)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("read GitHub's answer: %w", err)
	}
	return nil
}

func refusalOf(response *http.Response, text []byte) error {
	var object struct{ Message string }
	_ = json.Unmarshal(text, &object) // of another form it tells nothing
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
	return &refusal{status: response.StatusCode, message: object.Message, retryAfter: time.Duration(max(0, seconds)) * time.Second}
}

// escaped keeps the slash of owner/name only.
func escaped(repository string) string {
	owner, name, _ := strings.Cut(repository, "/")
	return url.PathEscape(owner) + "/" + url.PathEscape(name)
}

// rest waits, and says whether ctx has let it.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
