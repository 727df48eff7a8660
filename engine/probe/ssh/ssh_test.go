package ssh_test

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	cryptossh "golang.org/x/crypto/ssh"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ssh"
)

func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func block(t *testing.T, rs []engine.Response) *ssh.Block {
	t.Helper()
	b, ok := rs[0].Blocks["ssh"].(*ssh.Block)
	if !ok {
		t.Fatalf("no block in %v", rs[0].Blocks)
	}
	return b
}

// TestRecorded plays the first packets of an OpenSSH server. The recording ends
// there, so the host key stays unknown.
func TestRecorded(t *testing.T) {
	probetest.Run(t, ssh.Probe{}, probetest.Recording{
		Peer: probetest.Says(recorded(t, "openssh.bin")), Base: "ssh", Protocol: "ssh",
		Check: func(t *testing.T, rs []engine.Response) {
			b := block(t, rs)
			if b.ServerID.Software != "OpenSSH_8.9p1" || b.ServerID.Comment != "Ubuntu-3ubuntu0.1" || b.ServerID.Version != "2.0" {
				t.Errorf("%+v", b.ServerID)
			}
			if b.KeyExchange == nil || !slices.Contains(b.KeyExchange.KeyExchanges, "diffie-hellman-group14-sha256") || !slices.Contains(b.KeyExchange.CiphersToClient, "aes128-ctr") {
				t.Errorf("%+v", b.KeyExchange)
			}
			if tag := rs[0].Tags[0]; tag.Version != "8.9p1" || tag.CPE[0] != "cpe:2.3:a:openbsd:openssh:8.9:p1:*:*:*:*:*:*" {
				t.Errorf("tag %+v", tag)
			}
		},
	})
}

// TestOffers reads what other servers offer and what that means.
func TestOffers(t *testing.T) {
	for name, ok := range map[string]func(*ssh.Block) bool{
		"openssh92.bin": func(b *ssh.Block) bool {
			return b.StrictKeyExchange && !b.Terrapin && b.Selection.HostKey != "" && b.Selection.ToServer.Compression == "none" && b.ServerID.Comment == "Debian-2+deb12u10"
		},
		"dropbear.bin": func(b *ssh.Block) bool {
			return b.ServerID.Software == "dropbear_2022.83" && b.Selection.KeyExchange != "" && b.Terrapin != b.StrictKeyExchange
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // after the recording the peer says nothing more
				d := probetest.NewDialer(probetest.Says(recorded(t, name)))
				result := ssh.Probe{}.Run(t.Context(), d, probetest.Endpoint())
				d.Wait()
				if result.Outcome != engine.Answered || !ok(block(t, result.Responses)) {
					t.Errorf("%+v", block(t, result.Responses))
				}
			})
		})
	}
}

// TestImpostor begins like Secure Shell.
func TestImpostor(t *testing.T) {
	probetest.Run(t, ssh.Probe{}, probetest.Recording{Peer: probetest.Says([]byte("SSH-2.0-OpenSSH_9.6\r\n220 ftp.example.com FTP server ready\r\n"))})
}

// TestServer speaks to a real server up to its host key.
func TestServer(t *testing.T) {
	signer, err := cryptossh.NewSignerFromKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	config := &cryptossh.ServerConfig{NoClientAuth: true, ServerVersion: "SSH-2.0-dropbear_2022.83"}
	config.AddHostKey(signer)
	probetest.Run(t, ssh.Probe{}, probetest.Recording{
		Peer: func(conn net.Conn) { _, _, _, _ = cryptossh.NewServerConn(conn, config) },
		Base: "ssh", Protocol: "ssh",
		Check: func(t *testing.T, rs []engine.Response) {
			b := block(t, rs)
			if b.Exchanged == nil || b.Exchanged.HostKey.Algorithm != "ssh-ed25519" || len(b.Exchanged.HostKey.Fingerprint) != 64 || b.Exchanged.HostKey.Bits != 256 {
				t.Errorf("host key %+v", b.Exchanged)
			}
			if !slices.Equal(b.UserAuth, []string{"none"}) {
				t.Errorf("ways to log in: %v", b.UserAuth)
			}
			if rs[0].Tags[0].Name != "dropbear" || rs[0].Tags[0].Version != "2022.83" {
				t.Errorf("tags %+v", rs[0].Tags)
			}
		},
	})
}

// TestLogin asks servers how one may log in, and proves nothing to them.
func TestLogin(t *testing.T) {
	signer, err := cryptossh.NewSignerFromKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	password := func(cryptossh.ConnMetadata, []byte) (*cryptossh.Permissions, error) {
		t.Error("a password was sent")
		return nil, errors.New("no")
	}
	key := func(cryptossh.ConnMetadata, cryptossh.PublicKey) (*cryptossh.Permissions, error) {
		t.Error("a key was sent")
		return nil, errors.New("no")
	}
	for name, tt := range map[string]struct {
		config cryptossh.ServerConfig
		want   []string
	}{
		"password": {cryptossh.ServerConfig{PasswordCallback: password}, []string{"password"}},
		"key":      {cryptossh.ServerConfig{PublicKeyCallback: key}, []string{"publickey"}},
		"both":     {cryptossh.ServerConfig{PasswordCallback: password, PublicKeyCallback: key}, []string{"password", "publickey"}},
	} {
		t.Run(name, func(t *testing.T) {
			tt.config.AddHostKey(signer)
			probetest.Run(t, ssh.Probe{}, probetest.Recording{
				Peer: func(conn net.Conn) { _, _, _, _ = cryptossh.NewServerConn(conn, &tt.config) },
				Base: "ssh", Protocol: "ssh",
				Check: func(t *testing.T, rs []engine.Response) {
					if b := block(t, rs); !slices.Equal(b.UserAuth, tt.want) || b.Exchanged == nil {
						t.Errorf("%v, want %v; host key %v", b.UserAuth, tt.want, b.Exchanged)
					}
				},
			})
		})
	}
}

func TestGreets(t *testing.T) {
	for greeting, want := range map[string]bool{
		"SSH-2.0-OpenSSH_9.6\r\n":           true,
		"Keep out!\r\nSSH-2.0-x\r\n":        true,
		"220 ftp.example SSH-2.0\r\n":       false,
		"":                                  false,
		"HTTP/1.1 400 Bad Request\r\n\r\n":  false,
		"Exceeded MaxStartups\r\n":          true,
		"Not allowed at this time\r\n":      true,
		"Not allowed at this time, sir\r\n": false,
	} {
		if got := (ssh.Probe{}).Greets([]byte(greeting)); got != want {
			t.Errorf("%q: %v", greeting, got)
		}
	}
}

func TestParseServerID(t *testing.T) {
	for _, bad := range []string{"SSH-", "SSH-2.0", "SSH--x", "SSH-two-x"} {
		if id, err := ssh.ParseServerID(bad); err == nil {
			t.Errorf("%q: took it for %+v", bad, id)
		}
	}
	if id, err := ssh.ParseServerID("SSH-1.99-Cisco-1.25"); err != nil || id.Version != "1.99" || id.Software != "Cisco-1.25" {
		t.Errorf("%+v %v", id, err)
	}
}

func FuzzServer(f *testing.F) {
	f.Add(recorded(f, "openssh.bin"))
	f.Add([]byte("SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a\x14"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReader(bytes.NewReader(data))
		if _, err := ssh.ReadServerID(r); err != nil {
			return
		}
		if k, err := ssh.ReadKeyInit(r); err == nil && len(k.KeyExchanges) > 35000 {
			t.Errorf("%d algorithms", len(k.KeyExchanges))
		}
	})
}

// TestBusy asks a server again that turns away who comes first: it tells its version then.
// One that never has time is named.
func TestBusy(t *testing.T) {
	for name, tt := range map[string]struct {
		turnedAway int64
		banner     string
		version    string
	}{
		"soon over": {2, "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.1", "8.9p1"},
		"for ever":  {1000, "Exceeded MaxStartups", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var met atomic.Int64
				d := probetest.NewDialer(func(conn net.Conn) {
					if met.Add(1) > tt.turnedAway {
						probetest.Says(recorded(t, "openssh.bin"))(conn)
						return
					}
					_, _ = io.WriteString(conn, "Exceeded MaxStartups\r\n")
					_ = conn.Close()
				})
				result := ssh.Probe{}.Run(t.Context(), d, probetest.Endpoint())
				d.Wait()
				if result.Outcome != engine.Answered || len(result.Responses) != 1 {
					t.Fatalf("%+v", result)
				}
				tags := result.Responses[0].Tags
				if b := block(t, result.Responses); b.Banner != tt.banner || len(tags) != 1 || tags[0].Name != "openssh" || tags[0].Version != tt.version {
					t.Errorf("%+v, %+v", b, tags)
				}
			})
		})
	}
}
