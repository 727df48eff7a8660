package clients_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// program is an engine that runs as its users run it, and has scanned two web servers.
// It is a program of its own because a client's modules and ours need not fit together.
type program struct {
	endpoint, key string
	services      []*httptest.Server
}

// portolan is the program, built once for all tests.
var portolan string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "clients")
	if err != nil {
		panic(err)
	}
	portolan = filepath.Join(dir, "portolan")
	build := exec.Command("go", "build", "-o", portolan, ".")
	build.Dir = "../.."
	if output, err := build.CombinedOutput(); err != nil {
		panic(string(output))
	}
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

func open(t *testing.T) *program {
	t.Helper()
	p := &program{services: []*httptest.Server{httptest.NewUnstartedServer(http.NotFoundHandler()), httptest.NewUnstartedServer(http.NotFoundHandler())}}
	for _, service := range p.services {
		service.Config.ErrorLog = log.New(io.Discard, "", 0) // scanners are strange clients
		t.Cleanup(service.Close)
	}
	p.services[0].Start()
	p.services[1].StartTLS()
	p.start(t)
	p.scan(t)
	return p
}

// start runs the engine and reads from its greeting where it is and what its key is.
func (p *program) start(t *testing.T) {
	t.Helper()
	serve := exec.CommandContext(t.Context(), portolan, "serve", "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--allow", "127.0.0.0/8")
	output, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	serve.Stderr = serve.Stdout
	serve.Cancel = func() error { return serve.Process.Signal(os.Interrupt) }
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = serve.Process.Signal(os.Interrupt); _ = serve.Wait() })
	greeting := regexp.MustCompile(`answers on (\S+),|first user: (\w+)`)
	lines := bufio.NewScanner(output)
	for p.key == "" && lines.Scan() {
		for _, found := range greeting.FindAllStringSubmatch(lines.Text(), -1) {
			p.endpoint, p.key = p.endpoint+found[1], p.key+found[2]
		}
	}
	if p.endpoint == "" || p.key == "" {
		t.Fatal("the engine does not say where it is, or its key")
	}
	go func() { _, _ = io.Copy(io.Discard, output) }()
}

// scan has the services scanned.
func (p *program) scan(t *testing.T) {
	t.Helper()
	var scan struct {
		ID     int    `json:"id"`
		Status string `json:"status"`
		Count  int    `json:"count"`
	}
	p.call(t, "POST", "/api/scanner/", fmt.Sprintf(`{"targets":["127.0.0.1"],"ports":%q}`, p.ports()), &scan)
	for scan.Status != "done" {
		p.call(t, "GET", fmt.Sprintf("/api/scanner/%d/?wait=30", scan.ID), "", &scan)
		if scan.Status == "failed" || scan.Status == "cancelled" {
			t.Fatalf("the scan is %s", scan.Status)
		}
	}
	if scan.Count < len(p.services) {
		t.Fatalf("the scan found %d services", scan.Count)
	}
}

func (p *program) ports() string {
	var ports []string
	for _, service := range p.services {
		_, port, _ := strings.Cut(service.Listener.Addr().String(), ":")
		ports = append(ports, port)
	}
	return strings.Join(ports, ",")
}

func (p *program) call(t *testing.T, method, path, body string, answer any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, p.endpoint+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-API-Key", p.key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil || response.StatusCode > 299 {
		t.Fatalf("%s %s: status %d, %v", method, path, response.StatusCode, err)
	}
}

// host is where the engine listens.
func (p *program) host(t *testing.T) *url.URL {
	t.Helper()
	endpoint, err := url.Parse(p.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return endpoint
}

// tunnel carries a connection to address.
func tunnel(w http.ResponseWriter, address string) error {
	there, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer there.Close()
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return err
	}
	defer here.Close()
	if _, err := io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return err
	}
	go func() { _, _ = io.Copy(there, buffered) }()
	_, _ = io.Copy(here, there) // until the server has answered, as the client asked it to
	return nil
}
