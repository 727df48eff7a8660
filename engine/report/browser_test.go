package report_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// browser is a real browser, driven by the DevTools protocol over two pipes: no
// library, no port.
type browser struct {
	t       *testing.T
	out     io.Writer
	in      *bufio.Reader
	id      int
	session string
	seen    []event
}

// event is what the browser tells by itself.
type event struct {
	Method string
	Params json.RawMessage
}

// newBrowser starts Chromium or Chrome; without either the test is skipped.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil && program == "" {
			program = path
		}
	}
	if program == "" || runtime.GOOS == "windows" {
		t.Skip("neither chromium nor chrome is on PATH: the page is not opened in a browser")
	}
	toBrowser, out := pipe(t)
	in, fromBrowser := pipe(t)
	ctx, stop := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	cmd := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{toBrowser, fromBrowser}
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = toBrowser.Close(), fromBrowser.Close()
	b := &browser{t: t, out: out, in: bufio.NewReader(in)}
	t.Cleanup(func() {
		b.session = ""
		_, _ = b.send("Browser.close", nil)
		_ = cmd.Wait() // how it ends is no matter
		stop()
	})
	b.attach()
	return b
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	return r, w
}

// attach opens a page and lets it tell what it does.
func (b *browser) attach() {
	var target struct{ TargetID, SessionID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
}

// message is a request, an answer or an event.
type message struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    any             `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     json.RawMessage `json:"error,omitempty"`
}

// call asks the browser, and keeps the events that come before the answer.
func (b *browser) call(method string, params map[string]any, answer any) {
	b.t.Helper()
	result, err := b.send(method, params)
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	if answer != nil {
		if err := json.Unmarshal(result, answer); err != nil {
			b.t.Fatalf("%s: %v", method, err)
		}
	}
}

func (b *browser) send(method string, params map[string]any) (json.RawMessage, error) {
	b.id++
	data, err := json.Marshal(message{ID: b.id, SessionID: b.session, Method: method, Params: params})
	if err != nil {
		return nil, err
	}
	if _, err := b.out.Write(append(data, 0)); err != nil {
		return nil, err
	}
	for {
		m, err := b.read()
		if err != nil {
			return nil, err
		}
		if m.ID == b.id && m.Error != nil {
			return nil, fmt.Errorf("%s", m.Error)
		}
		if m.ID == b.id {
			return m.Result, nil
		}
	}
}

func (b *browser) read() (message, error) {
	data, err := b.in.ReadBytes(0)
	if err != nil {
		return message{}, err
	}
	var params json.RawMessage
	m := message{Params: &params}
	if err := json.Unmarshal(bytes.TrimSuffix(data, []byte{0}), &m); err != nil {
		return m, err
	}
	if m.Method != "" {
		b.seen = append(b.seen, event{m.Method, params})
	}
	return m, nil
}

// open loads a page from a file and waits until all of it is there.
func (b *browser) open(page string) (address string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.seen = nil
	address = (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
	b.call("Page.navigate", map[string]any{"url": address}, nil)
	for !b.happened("Page.loadEventFired") {
		if _, err := b.read(); err != nil {
			b.t.Fatal(err)
		}
	}
	return address
}

func (b *browser) happened(method string) bool {
	for _, e := range b.seen {
		if e.Method == method {
			return true
		}
	}
	return false
}

// eval gives the value of an expression in the page as JSON.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, answer.ExceptionDetails)
	}
	return string(answer.Result.Value)
}

func (b *browser) want(expression, want string) {
	b.t.Helper()
	if got := b.eval(expression); got != want {
		b.t.Errorf("%s is %s, want %s", expression, got, want)
	}
}

// quiet: nothing was requested but the page itself, nothing complained, nothing popped up.
func (b *browser) quiet(address string) {
	b.t.Helper()
	for _, e := range b.seen {
		switch e.Method {
		case "Network.requestWillBeSent":
			var params struct{ Request struct{ URL string } }
			if err := json.Unmarshal(e.Params, &params); err != nil || params.Request.URL != address {
				b.t.Errorf("the page asked for %s, %v", params.Request.URL, err)
			}
		case "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening", "Page.frameAttached", "Page.windowOpen":
			b.t.Errorf("%s: %s", e.Method, e.Params)
		}
	}
}

// shownPlaces counts the findings that the filter leaves.
const shownPlaces = `[...document.querySelectorAll(".places>li")].filter(li => !li.closest("[hidden]")).length`

// set types into a field as a person does, for all that the page can tell.
func (b *browser) set(field, property, value string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.%s = %s; e.dispatchEvent(new Event("input", {bubbles: true})); })()`, field, property, value))
}

func TestBrowser(t *testing.T) {
	b := newBrowser(t)
	t.Run("filter", b.filters)
	t.Run("hostile", b.isSafe)
	t.Run("narrow", b.fits)
	t.Run("without script", b.worksWithoutScript)
	t.Run("a violation is seen", b.sees)
}

func (b *browser) filters(t *testing.T) {
	b.t = t
	address := b.open(render(t, "html", compared()))
	b.want(`document.getElementById("filter").hidden`, "false")
	b.want(shownPlaces, "4")
	b.set("#q", "value", `"REDIS 6379"`)
	b.want(shownPlaces, "1")
	b.want(`document.getElementById("shown").textContent`, `"1 of 4"`)
	b.set("#q", "value", `"no such text"`)
	b.want(shownPlaces, "0")
	b.want(`document.getElementById("nothing").hidden`, "false")
	b.set("#q", "value", `""`)
	b.set("#filter input[value=critical]", "checked", "false")
	b.want(shownPlaces, "3")
	b.set("#state", "value", `"new"`)
	b.want(shownPlaces, "1")
	b.eval(`document.getElementById("fold").click()`)
	b.want(`[...document.querySelectorAll(".finding")].every(card => card.open)`, "true")
	b.eval(`document.querySelector(".map .touch").dispatchEvent(new MouseEvent("click"))`)
	b.want(`document.getElementById("q").value`, `"192.0.2.10"`)
	b.quiet(address)
}

func (b *browser) isSafe(t *testing.T) {
	b.t = t
	address := b.open(render(t, "html", hostile()))
	b.want(`document.querySelectorAll("script").length`, "1")
	b.want(`document.querySelectorAll("img, iframe, object, embed, link, base, [onerror], [onclick], [style]").length`, "0")
	b.want(`[...document.querySelectorAll("a")].every(a => a.protocol === "https:")`, "true")
	b.want(`document.body.textContent.includes("<script>alert(1)</script>")`, "true")
	b.want(shownPlaces, "1") // a severity that nobody knows is not filtered away
	b.quiet(address)
}

// fits: nothing sticks out of a phone's screen, also of a page of a thousand hosts.
func (b *browser) fits(t *testing.T) {
	b.t = t
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": true}, nil)
	for _, page := range []string{render(t, "html", compared()), render(t, "html", large(2000)), render(t, "html", hostile())} {
		address := b.open(page)
		b.want(`document.documentElement.scrollWidth <= 360`, "true")
		b.quiet(address)
	}
}

func (b *browser) worksWithoutScript(t *testing.T) {
	b.t = t
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	defer b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": false}, nil)
	b.open(render(t, "html", compared()))
	b.want(`document.getElementById("filter").hidden`, "true")
	b.want(shownPlaces, "4")
}

// sees shows the checks above what they must catch.
func (b *browser) sees(t *testing.T) {
	b.t = t
	page := strings.Replace(render(t, "html", compared()), "<main>", `<main><script>document.title = "owned"</script><img src="https://evil.invalid/x.png">`, 1)
	b.open(page)
	found := 0
	for _, e := range b.seen {
		if e.Method == "Log.entryAdded" && strings.Contains(string(e.Params), "Content Security Policy") {
			found++
		}
	}
	if title := b.eval("document.title"); found < 2 || title == `"owned"` {
		t.Errorf("%d violations were told, the title is %s", found, title)
	}
}
