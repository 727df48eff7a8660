package redis_test

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/redis"
)

func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer  probetest.Peer
		check func(*testing.T, *redis.Block, engine.Response)
	}{
		"open": {probetest.Answers(recorded(t, "pong.bin"), recorded(t, "info.bin")), checkOpen},
		"password": {probetest.Answers(recorded(t, "noauth.bin")), func(t *testing.T, b *redis.Block, _ engine.Response) {
			if !b.AuthRequired || b.Protected || b.Version != "" {
				t.Errorf("%+v, want a password to be required", b)
			}
		}},
		"protected": {probetest.Answers(recorded(t, "denied.bin")), func(t *testing.T, b *redis.Block, _ engine.Response) {
			if b.AuthRequired || !b.Protected {
				t.Errorf("%+v, want protected mode", b)
			}
		}},
		"INFO forbidden": {probetest.Answers(recorded(t, "pong.bin"), []byte("-NOPERM this user has no permissions to run the 'info' command\r\n")), func(t *testing.T, b *redis.Block, _ engine.Response) {
			if b.PingResponse != "PONG" || b.InfoResponse != "" {
				t.Errorf("%+v, want only the PONG", b)
			}
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, redis.Probe{}, probetest.Recording{Peer: tt.peer, Base: "redis", Protocol: "redis", Check: func(t *testing.T, rs []engine.Response) {
				block, ok := rs[0].Blocks["redis"].(*redis.Block)
				if !ok {
					t.Fatalf("no block in %v", rs[0].Blocks)
				}
				tt.check(t, block, rs[0])
			}})
		})
	}
}

func checkOpen(t *testing.T, b *redis.Block, r engine.Response) {
	t.Helper()
	if b.PingResponse != "PONG" || b.AuthRequired || b.Version != "6.2.6" || b.Keys != 7 || b.Role != "master" || b.ArchBits != 64 {
		t.Errorf("%+v", b)
	}
	if len(r.Tags) != 1 || r.Tags[0].Version != "6.2.6" || r.Tags[0].CPE[0] != "cpe:2.3:a:redis:redis:6.2.6:*:*:*:*:*:*:*" {
		t.Errorf("tags %+v", r.Tags)
	}
}

// TestOthers plays servers that answer a line that looks a little like Redis.
func TestOthers(t *testing.T) {
	for _, line := range []string{"-ERR Unknown command\r\n", "+OK POP3 ready\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "PONG\r\n", ":1\r\n", "$-1\r\n", "$99999999\r\n"} {
		t.Run(line, func(t *testing.T) {
			probetest.Run(t, redis.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(line))})
		})
	}
}

func FuzzReadReply(f *testing.F) {
	for _, name := range []string{"pong.bin", "info.bin", "noauth.bin", "denied.bin"} {
		f.Add(recorded(f, name))
	}
	f.Add([]byte("$5\r\nab"))
	f.Fuzz(func(t *testing.T, data []byte) {
		reply, err := redis.ReadReply(bufio.NewReader(bytes.NewReader(data)))
		if err == nil && len(reply.Text) > 3*redis.MaxReply {
			t.Errorf("%d bytes of text", len(reply.Text))
		}
	})
}
