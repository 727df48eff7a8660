package docker_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/docker"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func page(status, head, body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s", status, head, len(body), body)
}

const (
	headers    = "Api-Version: 1.41\r\nDocker-Experimental: false\r\nOstype: linux\r\nServer: Docker/20.10.24 (linux)\r\n"
	version    = `{"Platform":{"Name":"Docker Engine - Community"},"Components":[{"Name":"Engine","Version":"20.10.24"}],"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12","GitCommit":"5d6db84","GoVersion":"go1.19.7","Os":"linux","Arch":"amd64","KernelVersion":"5.10.0-21-amd64"}` + "\n"
	containers = `[{"Id":"8dfafdbc3a40","Names":["/web"],"Image":"nginx:1.25","State":"running"}]`
	podman     = `{"Platform":{"Name":"linux/amd64/debian-12"},"Components":[{"Name":"Podman Engine","Version":"4.3.1"}],"Version":"4.3.1","ApiVersion":"1.41","Os":"linux","Arch":"amd64","KernelVersion":"6.1.0"}`
	list       = "/containers/json?limit=10"
)

func TestRecorded(t *testing.T) {
	known := docker.Block{Engine: "docker", Version: "20.10.24", APIVersion: "1.41", OS: "linux", Arch: "amd64", Kernel: "5.10.0-21-amd64"}
	open, denied := known, known
	open.Readable, open.Containers, denied.AuthRequired = true, 1, true
	for name, tt := range map[string]struct {
		pages map[string][]byte
		want  docker.Block
	}{
		"open":             {map[string][]byte{"/version": page("200 OK", headers, version), list: page("200 OK", headers, containers)}, open},
		"denied":           {map[string][]byte{"/version": page("200 OK", headers, version), list: page("403 Forbidden", headers, `{"message":"authorization denied by plugin"}`)}, denied},
		"one page for all": {map[string][]byte{"": page("200 OK", headers, version)}, known},
		"Podman": {
			map[string][]byte{"/version": page("200 OK", "Libpod-Api-Version: 4.3.1\r\nServer: Libpod/4.3.1 (linux)\r\n", podman), list: page("200 OK", "", "[]")},
			docker.Block{Engine: "podman", Version: "4.3.1", APIVersion: "1.41", OS: "linux", Arch: "amd64", Kernel: "6.1.0", Readable: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, docker.New(nil), probetest.Recording{Peer: probetest.Site(tt.pages), Base: "http", Protocol: "docker", Check: func(t *testing.T, rs []engine.Response) {
				got, ok := rs[0].Blocks["docker"].(*docker.Block)
				if !ok || got.Banner == "" {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				tt.want.Banner = got.Banner
				if *got != tt.want || rs[0].Tags[0].Name != tt.want.Engine || rs[0].Tags[0].Version != tt.want.Version {
					t.Errorf("%+v, want %+v", got, tt.want)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string][]byte{
		"a registry": page("200 OK", "Docker-Distribution-Api-Version: registry/2.0\r\n", "{}"),
		"other JSON": page("200 OK", "", `{"Version":"1","Os":"linux"}`),
		"not found":  page("404 Not Found", headers, version),
	} {
		if result := docker.New(nil).Run(t.Context(), probetest.NewDialer(probetest.Site(map[string][]byte{"": answer})), probetest.Endpoint()); result.Outcome == engine.Answered {
			t.Errorf("%s: took it for Docker", name)
		}
	}
}
