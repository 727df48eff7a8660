package redis_test

import (
	"bufio"
	"bytes"
	"fmt"
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
		"sentinel": {probetest.Answers(recorded(t, "pong.bin"), recorded(t, "sentinel.bin")), func(t *testing.T, b *redis.Block, _ engine.Response) {
			if b.Mode != "sentinel" || b.Masters != 1 || b.Version != "7.0.15" {
				t.Errorf("%+v, want Sentinel", b)
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

// relatives are lines of INFO by which a server says that it is not Redis, with
// what it is.
func relatives() map[string][3]string {
	return map[string][3]string{
		"# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\nredis_git_sha1:00000000\r\n": {"valkey", "8.0.1", "7.2.4"},
		"# Server\r\nredis_version:7.4.0\r\ndragonfly_version:df-v1.25.1\r\nredis_mode:standalone\r\n":                 {"dragonfly", "1.25.1", "7.4.0"},
		"# Server\r\nredis_version:6.3.4\r\nredis_mode:standalone\r\n\r\n# KeyDB\r\nmvcc_depth:0\r\n":                  {"keydb", "6.3.4", ""},
		"# Server\r\nversion:2.9.0\r\nkvrocks_version:2.9.0\r\nredis_version:4.0.0\r\n":                                {"kvrocks", "2.9.0", "4.0.0"},
		"# Server\r\ngarnet_version:1.0.39\r\nos:Unix 6.1\r\nredis_version:7.2.5\r\n":                                  {"garnet", "1.0.39", "7.2.5"},
		"# Server\r\npika_version:3.5.4\r\n":                                                                           {"pika", "3.5.4", ""},
		"# Server\r\nuptime_in_seconds:1\r\n":                                                                          {"", "", ""},
	}
}

func TestRelatives(t *testing.T) {
	for info, want := range relatives() {
		answer := fmt.Appendf(nil, "$%d\r\n%s\r\n", len(info), info)
		probetest.Run(t, redis.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte("+PONG\r\n"), answer), Base: "redis", Protocol: "redis", Check: func(t *testing.T, rs []engine.Response) {
			b, ok := rs[0].Blocks["redis"].(*redis.Block)
			if !ok || b.Server != want[0] || b.Version != want[1] || b.Compatible != want[2] {
				t.Errorf("%+v, want %v", b, want)
			}
			if want[0] != "" && (len(rs[0].Tags) != 1 || rs[0].Tags[0].Name != want[0] || rs[0].Tags[0].Version != want[1]) {
				t.Errorf("tags %+v, want %v", rs[0].Tags, want)
			}
		}})
	}
}

// TestProtected reads what relatives tell strangers in protected mode.
func TestProtected(t *testing.T) {
	for text, tags := range map[string]int{
		"-DENIED Redis is running in protected mode because protected mode is enabled\r\n": 1,
		"-DENIED KeyDB is running in protected mode because protected mode is enabled\r\n": 0,
		"-DENIED Running in protected mode because protected mode is enabled and no\r\n":   0,
	} {
		result := redis.Probe{}.Run(t.Context(), probetest.NewDialer(probetest.Answers([]byte(text))), probetest.Endpoint())
		if result.Outcome != engine.Answered || len(result.Responses[0].Tags) != tags {
			t.Errorf("%s: %+v, want %d tags", text, result, tags)
		}
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
	for _, name := range []string{"pong.bin", "info.bin", "info7.bin", "sentinel.bin", "noauth.bin", "denied.bin"} {
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
