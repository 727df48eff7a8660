package kubernetes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/kubernetes"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func page(status, kind, body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %s\r\nAudit-Id: 52d6ef8e\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", status, kind, len(body), body)
}

func status(code int, reason, message string) []byte {
	return page(fmt.Sprintf("%d %s", code, reason), "application/json", fmt.Sprintf(`{
  "kind": "Status",
  "apiVersion": "v1",
  "metadata": {},
  "status": "Failure",
  "message": %q,
  "reason": %q,
  "details": {},
  "code": %d
}`, message, reason, code))
}

const (
	version = `{
  "major": "1",
  "minor": "27",
  "gitVersion": "v1.27.3-gke.100",
  "gitCommit": "6466b51b762a5c49ae3fb6c2c7233ffe1c96e48c",
  "gitTreeState": "clean",
  "buildDate": "2023-06-23T09:27:28Z",
  "goVersion": "go1.20.5 X:boringcrypto",
  "compiler": "gc",
  "platform": "linux/amd64"
}`
	namespaces = `{"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"default"}}]}`
	names      = "/api/v1/namespaces?limit=1"
	forbidden  = "Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)"
)

func TestRecorded(t *testing.T) {
	api := kubernetes.Block{Component: "apiserver", Version: "1.27.3-gke.100", Platform: "linux/amd64"}
	closed, open := api, api
	closed.AuthRequired, open.Anonymous = true, true
	pods := `{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[` + strings.Repeat(`{"metadata":{"name":"web"},"spec":{"env":"secret"}},`, 3000)
	for name, tt := range map[string]struct {
		pages map[string][]byte
		want  kubernetes.Block
	}{
		"version for all": {map[string][]byte{"/version": page("200 OK", "application/json", version), names: status(403, "Forbidden", `namespaces is forbidden: User "system:anonymous" cannot list resource`)}, closed},
		"anonymous":       {map[string][]byte{"/version": page("200 OK", "application/json", version), names: page("200 OK", "application/json", namespaces)}, open},
		"nothing":         {map[string][]byte{"": status(401, "Unauthorized", "Unauthorized")}, kubernetes.Block{Component: "apiserver", AuthRequired: true}},
		"kubelet":         {map[string][]byte{"": page("403 Forbidden", "text/plain", forbidden)}, kubernetes.Block{Component: "kubelet", AuthRequired: true}},
		"open kubelet":    {map[string][]byte{"/pods": page("200 OK", "application/json", pods), "": page("404 Not Found", "text/plain", "404 page not found\n")}, kubernetes.Block{Component: "kubelet", Anonymous: true}},
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, kubernetes.New(nil), probetest.Recording{Peer: probetest.Site(tt.pages), Base: "http", Protocol: "kubernetes", Check: func(t *testing.T, rs []engine.Response) {
				got, ok := rs[0].Blocks["kubernetes"].(*kubernetes.Block)
				if !ok || got.Banner == "" || strings.Contains(got.Banner, "secret") {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				tt.want.Banner = got.Banner
				if *got != tt.want {
					t.Errorf("%+v, want %+v", got, tt.want)
				}
				if tag := rs[0].Tags[0]; tt.want.Version != "" && tag.Version != "1.27.3" {
					t.Errorf("%+v", tag)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string][]byte{
		"a Go server":  page("404 Not Found", "text/plain", "404 page not found\n"),
		"other status": page("403 Forbidden", "application/json", `{"kind":"Status","code":403}`),
		"other JSON":   page("200 OK", "application/json", `{"major":"1","minor":"2"}`),
		"a refusal":    page("401 Unauthorized", "text/plain", "Unauthorized"),
	} {
		if result := kubernetes.New(nil).Run(t.Context(), probetest.NewDialer(probetest.Site(map[string][]byte{"": answer})), probetest.Endpoint()); result.Outcome == engine.Answered {
			t.Errorf("%s: took it for Kubernetes", name)
		}
	}
}
