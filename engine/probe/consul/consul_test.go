package consul_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/consul"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func page(status, head, body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, head, len(body), body)
}

const self = `{"Config":{"Datacenter":"dc1","PrimaryDatacenter":"dc1","NodeName":"server-1","NodeID":"40e4a748-2192-161a-0510-9bf59fe950b5","Revision":"7c04b6a0","Server":true,"Version":"1.15.2","BuildDate":"2023-03-30T17:51:19Z"},"Coord":{},"Member":{"Name":"server-1","Port":8301}}`

func TestRecorded(t *testing.T) {
	for name, tt := range map[string]struct {
		answer []byte
		want   consul.Block
	}{
		"open":  {page("200 OK", "Content-Type: application/json\r\nX-Consul-Default-Acl-Policy: allow\r\n", self), consul.Block{Version: "1.15.2", Datacenter: "dc1", NodeName: "server-1", Server: true, Readable: true}},
		"token": {page("403 Forbidden", "X-Consul-Default-Acl-Policy: deny\r\n", "Permission denied: anonymous token lacks permission 'agent:read' on \"server-1\""), consul.Block{AuthRequired: true}},
	} {
		t.Run(name, func(t *testing.T) {
			pages := map[string][]byte{"/v1/agent/self": tt.answer, "/": page("301 Moved Permanently", "Location: /ui/\r\n", "<a href=\"/ui/\">Moved Permanently</a>.\n\n")}
			probetest.Run(t, consul.New(nil), probetest.Recording{Peer: probetest.Site(pages), Base: "http", Protocol: "consul", Check: func(t *testing.T, rs []engine.Response) {
				got, ok := rs[0].Blocks["consul"].(*consul.Block)
				if !ok || got.Banner == "" {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				tt.want.Banner = got.Banner
				if *got != tt.want || rs[0].Tags[0].Version != tt.want.Version {
					t.Errorf("%+v, want %+v", got, tt.want)
				}
			}})
		})
	}
}

// TestOthers: Nomad has the same path, and others refuse in the same words.
func TestOthers(t *testing.T) {
	for name, answer := range map[string][]byte{
		"Nomad":    page("200 OK", "", `{"config":{"Datacenter":"dc1","NodeName":"","Version":{"Version":"1.5.3"}},"member":{"Name":"a.global"}}`),
		"refusal":  page("403 Forbidden", "", "Permission denied"),
		"anything": page("200 OK", "", "<html>Config Datacenter NodeName Version</html>"),
	} {
		if result := consul.New(nil).Run(t.Context(), probetest.NewDialer(probetest.Site(map[string][]byte{"": answer})), probetest.Endpoint()); result.Outcome == engine.Answered {
			t.Errorf("%s: took it for Consul", name)
		}
	}
}
