package etcd_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/etcd"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".bin"))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

const (
	old   = "HTTP/1.1 200 OK\r\nContent-Length: 75\r\n\r\n" + `{"action":"get","node":{"dir":true,"nodes":[{"key":"/a","createdIndex":4}]}` + "}"
	login = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 107\r\n\r\n" + `{"errorCode":110,"message":"The request requires user authentication","cause":"Insufficient credentials","index":0}`
)

func TestRecorded(t *testing.T) {
	for name, tt := range map[string]struct {
		pages map[string][]byte
		want  etcd.Block
	}{
		"open":              {map[string][]byte{"POST /v3/kv/range": recorded(t, "range")}, etcd.Block{Readable: true, API: "v3"}},
		"auth":              {map[string][]byte{"POST /v3/kv/range": recorded(t, "range-auth")}, etcd.Block{AuthRequired: true}},
		"old":               {map[string][]byte{"/v2/keys/": []byte(old)}, etcd.Block{Readable: true, API: "v2"}},
		"none":              {nil, etcd.Block{}},
		"old, with a login": {map[string][]byte{"/v2/keys/": []byte(login)}, etcd.Block{AuthRequired: true}},
	} {
		t.Run(name, func(t *testing.T) {
			pages := map[string][]byte{"": recorded(t, "root"), "/version": recorded(t, "version")}
			for path, answer := range tt.pages {
				pages[path] = answer
			}
			probetest.Run(t, etcd.New(nil), probetest.Recording{Peer: probetest.Site(pages), Base: "http", Protocol: "etcd", Check: func(t *testing.T, rs []engine.Response) {
				got, ok := rs[0].Blocks["etcd"].(*etcd.Block)
				tt.want.Banner, tt.want.Version, tt.want.ClusterVersion = `{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}`, "3.4.23", "3.4.0"
				if !ok || *got != tt.want || rs[0].Tags[0].CPE[0] != "cpe:2.3:a:etcd:etcd:3.4.23:*:*:*:*:*:*:*" {
					t.Errorf("%+v, want %+v, tags %+v", got, tt.want, rs[0].Tags)
				}
			}})
		})
	}
}

// TestOthers: what answers anything, and a web server that has a page of that name.
func TestOthers(t *testing.T) {
	for name, answer := range map[string]string{
		"JSON for all": "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"version\":\"1\"}",
		"other type":   "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"etcdserver\":1}",
		"refusal":      "HTTP/1.1 403 Forbidden\r\nContent-Length: 19\r\n\r\n{\"etcdserver\":\"3\"}\n",
	} {
		result := etcd.New(nil).Run(t.Context(), probetest.NewDialer(probetest.Site(map[string][]byte{"": []byte(answer)})), probetest.Endpoint())
		if result.Outcome == engine.Answered {
			t.Errorf("%s: took it for etcd", name)
		}
	}
}
