package action

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/action/report"
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// perMinute is how many requests a minute a step sends at most: a plan of the public
// service has 200 a minute, and 7,000 an hour.
const perMinute = 110

// open gives a client of the engine, in this process or of a server, and what ends it.
func (r *run) open(ctx context.Context) (*client.Client, func() error, error) {
	if r.set.given["server"] != "" {
		c, err := connect(ctx, r.runner, r.set.given, r.set.step, r.out.report.Version)
		return c, func() error { return nil }, err
	}
	dir := r.getenv("PORTOLAN_DATA_DIR")
	isOurs := dir == ""
	if isOurs {
		fresh, err := os.MkdirTemp(r.set.step.temp, "portolan-data-")
		if err != nil {
			return nil, nil, fmt.Errorf("make a data folder: %w", err)
		}
		dir = fresh
	}
	s, err := server.Start(ctx, server.Config{DataDir: dir, Mode: engine.ModeEmbedded, Version: r.out.report.Version})
	if err != nil {
		return nil, nil, err
	}
	return s.Client(), func() error {
		err := s.Close()
		if isOurs {
			err = errors.Join(err, os.RemoveAll(dir))
		}
		return err
	}, nil
}

// connect gives a client of a server, logged in as the inputs say.
func connect(ctx context.Context, runner *report.Runner, g given, s step, version string) (*client.Client, error) {
	var network client.Network
	if file := g["ca-file"]; file != "" {
		path := file
		if !filepath.IsAbs(path) {
			path = filepath.Join(s.workspace, path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, badFile("ca-file", file, err)
		}
		network.CA = text
	}
	way, err := network.HTTP()
	if err != nil {
		return nil, about("ca-file", err)
	}
	if runner.Debugs() {
		way.Transport = tracing{way.Transport, runner}
	}
	config := client.Config{Endpoint: g["server"], Key: g["token"], HTTP: way, UserAgent: "portolan-action/" + version, PerMinute: perMinute}
	switch g["auth"] {
	case "basic":
		config.User, config.Key, _ = strings.Cut(g["token"], ":")
	case "oidc":
		if config.Key, err = exchange(ctx, runner, way, g); err != nil {
			return nil, err
		}
	}
	c, err := client.New(config)
	return c, inputOf(err)
}

// inputOf gives an error of the client with the input that it is about.
func inputOf(err error) error {
	var known *engine.Error
	if !errors.As(err, &known) {
		return err
	}
	names := map[string]string{"endpoint": "server", "api_key": "token"}
	return about(cmp.Or(names[known.Field], known.Field), err)
}

// tracing tells each request in the debug log, without what is in it.
type tracing struct {
	http.RoundTripper
	runner *report.Runner
}

// RoundTrip implements [http.RoundTripper].
func (t tracing) RoundTrip(request *http.Request) (*http.Response, error) {
	began := time.Now()
	response, err := t.RoundTripper.RoundTrip(request)
	took := time.Since(began).Round(time.Millisecond)
	if err != nil {
		_ = t.runner.Debug("%s %s: %v, %s", request.Method, request.URL.Path, err, took)
		return response, err
	}
	_ = t.runner.Debug("%s %s: %s, %s, Retry-After %q", request.Method, request.URL.Path, response.Status, took, response.Header.Get("Retry-After"))
	return response, nil
}

// tokenPath is where a server takes an identity for a key.
const tokenPath = "/api/oidc/token/"

// exchange gives a short-lived key for the identity of the job.
func exchange(ctx context.Context, runner *report.Runner, way *http.Client, g given) (string, error) {
	base := strings.TrimRight(g["server"], "/")
	token, err := runner.IDToken(ctx, g.or("oidc-audience", base))
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(map[string]string{"token": token})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+tokenPath, bytes.NewReader(body))
	if err != nil {
		return "", badInput("server", err.Error(), "write it as https://portolan.example")
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := way.Do(request)
	if err != nil {
		return "", fmt.Errorf("exchange the identity of the job: %w", err)
	}
	defer response.Body.Close()
	return readKey(runner, response)
}

// readKey reads the answer of an exchange: a key and until when it is valid, or why not.
func readKey(runner *report.Runner, response *http.Response) (string, error) {
	const most = 64 << 10
	var answer struct {
		Key       string    `json:"key"`
		ExpiresAt time.Time `json:"expires_at"`
		Title     string    `json:"title"`
		Detail    string    `json:"detail"`
		Hint      string    `json:"hint"`
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		return "", fmt.Errorf("exchange the identity of the job: %w", err)
	}
	err = json.Unmarshal(text, &answer)
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusCreated || err != nil || answer.Key == "" {
		return "", &engine.Error{
			Kind: engine.Unauthorized, Title: "Identity of the job is refused", Field: "auth",
			Detail: cmp.Or(answer.Detail, answer.Title, "the server answers "+response.Status), Hint: cmp.Or(answer.Hint, "check that the server trusts this repository, ref and environment"),
		}
	}
	if err := runner.Mask(answer.Key); err != nil {
		return "", err
	}
	_ = runner.Debug("logged in until %s", answer.ExpiresAt.Format(time.RFC3339))
	return answer.Key, nil
}

// create asks for a scan. However often it asks, the server makes one. What the server
// asks to wait for is waited for, as long as there is time.
func (r *run) create(ctx context.Context) (engine.Scan, error) {
	key := r.set.step.key(r.set.request)
	if r.set.given["server"] == "" || r.set.step.runID == "" {
		key = engine.NewKey()
	}
	for {
		scan, err := r.client.CreateScanOnce(ctx, key, r.set.request)
		var known *engine.Error
		if !errors.As(err, &known) || known.Kind != engine.Throttled || known.RetryAfter == 0 {
			return scan, inputOf(err)
		}
		_ = r.runner.Line("the server asks to wait for %s", known.RetryAfter)
		timer := time.NewTimer(known.RetryAfter)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return scan, errors.Join(err, ctx.Err())
		}
	}
}

// earlier finds a complete scan of the same commit, targets and configuration; one
// without an id if there is none.
func (r *run) earlier(ctx context.Context) (engine.Scan, error) {
	if r.set.step.sha == "" {
		return engine.Scan{}, nil
	}
	found, err := r.client.FindScans(ctx, client.ScanQuery{
		Source:       engine.Source{Repository: r.set.step.repository, Commit: r.set.step.sha},
		ConfigDigest: r.set.request.Digest(nil), Complete: true, Limit: 1,
	})
	if err != nil || len(found) == 0 {
		return engine.Scan{}, inputOf(err)
	}
	_ = r.runner.Line("scan %d has looked at the same commit in the same way and is taken", found[0].ID)
	return found[0], nil
}

// move changes the place of the scan in the queue. One that is not pending any more has
// what it wanted.
func (r *run) move(ctx context.Context, scan engine.Scan) (engine.Scan, error) {
	moved, err := r.client.ShiftScan(ctx, scan.ID, int(r.set.priority))
	if engine.KindOf(err) == engine.Conflict {
		return scan, nil
	}
	if err != nil {
		return scan, about("priority", err)
	}
	return moved, nil
}

// scanLink is where a server has a scan.
func scanLink(g given, id engine.ScanID) string {
	if g["server"] == "" || id == 0 {
		return ""
	}
	return fmt.Sprintf("%s/api/scanner/%d/", strings.TrimRight(g["server"], "/"), id)
}
