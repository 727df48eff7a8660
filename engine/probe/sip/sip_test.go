package sip_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/sip"
)

// answers is a server that gives the headers of a question back, as RFC 3261 section
// 8.2.6.2 wants it, with more of its own. names are those of the Call-ID.
func answers(name string, answers ...string) probetest.Peer {
	return func(conn net.Conn) {
		from := bufio.NewReader(conn)
		call := ""
		for {
			line, err := from.ReadString('\n')
			if err != nil {
				return
			}
			if id, ok := strings.CutPrefix(line, "Call-ID: "); ok {
				call = strings.TrimSpace(id)
			}
			if strings.TrimSpace(line) == "" {
				break
			}
		}
		for _, answer := range answers {
			if _, err := fmt.Fprintf(conn, "%s\r\nVia: SIP/2.0/TCP portolan.invalid;received=192.0.2.1\r\n%s: %s\r\nCSeq: 1 OPTIONS\r\n%s", strings.SplitN(answer, "\r\n", 2)[0], name, call, strings.SplitN(answer, "\r\n", 2)[1]); err != nil {
				return
			}
		}
	}
}

const (
	asterisk = "SIP/2.0 200 OK\r\nServer: Asterisk PBX 18.10.0~dfsg+~cs6.10.40431411-2\r\nAllow: INVITE, ACK, CANCEL, OPTIONS, BYE\r\nContent-Length: 0\r\n\r\n"
	kamailio = "SIP/2.0 404 Not here\r\nServer: kamailio (5.6.3 (x86_64/linux))\r\nContent-Length: 0\r\n\r\n"
	freepbx  = "SIP/2.0 401 Unauthorized\r\nServer: FPBX-16.0.19(18.9.0)\r\nWWW-Authenticate: Digest algorithm=MD5\r\n\r\n"
	trying   = "SIP/2.0 100 Trying\r\nContent-Length: 0\r\n\r\n"
	device   = "SIP/2.0 200 OK\r\nUser-Agent: FRITZ!OS\r\n\r\n"
)

func TestRecorded(t *testing.T) {
	for name, tt := range map[string]struct {
		peer probetest.Peer
		want string
	}{
		"Asterisk": {answers("Call-ID", asterisk), "200 OK auth=false 5 [asterisk/18.10.0]"},
		"Kamailio": {answers("Call-ID", trying, kamailio), "404 Not here auth=false 0 [kamailio/5.6.3]"},
		"FreePBX":  {answers("Call-ID", freepbx), "401 Unauthorized auth=true 0 [asterisk/18.9.0]"},
		"short":    {answers("i", device), "200 OK auth=false 0 [fritzbox/]"},
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, sip.Probe{}, probetest.Recording{Peer: tt.peer, Base: "sip", Protocol: "sip", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["sip"].(*sip.Block)
				if !ok || !strings.HasPrefix(b.Banner, "SIP/2.0 ") {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				names := []string{}
				for _, tag := range rs[0].Tags {
					names = append(names, tag.Name+"/"+tag.Version)
				}
				if got := fmt.Sprintf("%s auth=%v %d %v", b.StatusLine, b.AuthRequired, len(b.Methods), names); got != tt.want {
					t.Errorf("%s, want %s", got, tt.want)
				}
			}})
		})
	}
}

func TestDatagrams(t *testing.T) {
	to := probetest.Endpoint()
	to.Transport = engine.UDP
	result := (sip.Probe{}).Run(t.Context(), probetest.NewDialer(answers("Call-ID", asterisk)), to)
	if result.Outcome != engine.Answered || result.Responses[0].Transport != engine.UDP || result.Responses[0].Tags[0].Name != "asterisk" {
		t.Errorf("%+v", result)
	}
}

// TestOthers: an answer to somebody else's question, the question itself, and no SIP.
func TestOthers(t *testing.T) {
	echo := func(conn net.Conn) { _, _ = io.Copy(conn, conn) }
	for name, peer := range map[string]probetest.Peer{
		"echo": echo, "HTTP": probetest.Answers([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")),
		"always the same": probetest.Answers([]byte("SIP/2.0 200 OK\r\nCall-ID: 1\r\n\r\n")), "no identity": probetest.Answers([]byte("SIP/2.0 400 Bad\r\n\r\n")),
	} {
		if result := (sip.Probe{}).Run(t.Context(), probetest.NewDialer(peer), probetest.Endpoint()); result.Outcome == engine.Answered {
			t.Errorf("took %s for SIP", name)
		}
	}
}

func FuzzRun(f *testing.F) {
	for _, seed := range []string{asterisk, kamailio, trying + freepbx} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, said string) {
		if !strings.Contains(said, "\r\n") {
			return
		}
		for _, r := range (sip.Probe{}).Run(t.Context(), probetest.NewDialer(answers("Call-ID", said)), probetest.Endpoint()).Responses {
			if _, err := r.MarshalJSON(); err != nil {
				t.Error(err)
			}
		}
	})
}
