package socks_test

import (
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/socks"
)

// plays reads requests and answers each with the next of the list, then hangs up; a
// tunnel to itself is the same list going on.
func plays(answers map[string][]string) probetest.Peer {
	return func(conn net.Conn) {
		request := make([]byte, 256)
		n, err := conn.Read(request)
		if err != nil {
			return
		}
		for i, answer := range answers[fmt.Sprintf("%x", request[:n])] {
			if i > 0 {
				if _, err := conn.Read(request); err != nil {
					return
				}
			}
			if _, err := conn.Write([]byte(answer)); err != nil {
				return
			}
		}
	}
}

const (
	offer, loginless   = "0503000102", "050100"
	connect4, nonsense = "04011267c000020a00", "047f1267c000020a00"
	bound              = "\x00\x01\x00\x00\x00\x00\x00\x00"
)

func TestRecorded(t *testing.T) {
	for name, tt := range map[string]struct {
		answers map[string][]string
		want    string
	}{
		"open":         {map[string][]string{offer: {"\x05\x00", "\x05\x00" + bound, "\x05\x00"}}, "socks5 none open=true auth=false succeeded"},
		"ruleset":      {map[string][]string{offer: {"\x05\x00", "\x05\x02" + bound}}, "socks5 none open=false auth=false not allowed by ruleset"},
		"not heard":    {map[string][]string{offer: {"\x05\x00", "\x05\x00" + bound, "hello"}}, "socks5 none open=false auth=false succeeded"},
		"password":     {map[string][]string{offer: {"\x05\x02"}, loginless: {"\x05\xff"}}, "socks5 password open=false auth=true "},
		"wants no one": {map[string][]string{offer: {"\x05\xff"}, loginless: {"\x05\xff"}}, "socks5 refused open=false auth=true "},
		"dante, 4":     {map[string][]string{connect4: {"\x00\x5b\x12\x67\xc0\x00\x02\x0a"}}, "socks4 none open=false auth=false rejected"},
		"version 4":    {map[string][]string{connect4: {"\x00\x5b\x00\x00\x00\x00\x00\x00"}, nonsense: {"\x00\x5b\x00\x00\x00\x00\x00\x00"}}, "socks4 none open=false auth=false rejected"},
		"open 4":       {map[string][]string{connect4: {"\x00\x5a\x00\x00\x00\x00\x00\x00", "\x00\x5b\x00\x00\x00\x00\x00\x00"}}, "socks4 none open=true auth=false granted"},
		"ident":        {map[string][]string{connect4: {"\x00\x5c\x12\x67\xc0\x00\x02\x0a"}}, "socks4 none open=false auth=true ident unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			recording := probetest.Recording{Peer: plays(tt.answers), Base: "socks", Protocol: tt.want[:6], Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["socks"].(*socks.Block)
				if !ok {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				if got := fmt.Sprintf("socks%d %s open=%v auth=%v %s", b.Version, b.Method, b.Open, b.AuthRequired, b.Reply); got != tt.want {
					t.Errorf("%s, want %s", got, tt.want)
				}
			}}
			probetest.Run(t, socks.Probe{}, recording)
		})
	}
}

// TestOthers: answers that begin like SOCKS and go on otherwise, or are always the same.
func TestOthers(t *testing.T) {
	echo := func(conn net.Conn) { _, _ = io.Copy(conn, conn) }
	for name, peer := range map[string]probetest.Peer{
		"echo": echo, "DCE/RPC": probetest.Answers([]byte("\x05\x00\x0d\x03\x10\x00\x00\x00\x18\x00\x00\x00")),
		"a length of 91": func(conn net.Conn) {
			for {
				if _, err := conn.Read(make([]byte, 100)); err != nil {
					return
				}
				if _, err := conn.Write(append([]byte{0, 0x5b}, make([]byte, 89)...)); err != nil {
					return
				}
			}
		},
		"always 05 02": probetest.Answers([]byte("\x05\x02")), "a method nobody offered": probetest.Answers([]byte("\x05\x03")),
		"text": probetest.Says([]byte("220 hello\r\n")), "00 5a for ever": probetest.Answers([]byte("\x00\x5a\x00\x00\x00\x00\x00\x00")),
	} {
		if result := (socks.Probe{}).Run(t.Context(), probetest.NewDialer(peer), probetest.Endpoint()); result.Outcome == engine.Answered {
			t.Errorf("%s: took it for %+v", name, result.Responses[0].Blocks["socks"])
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add([]byte("\x05\x00"), []byte("\x05\x00"+bound+"\x05\x00"))
	f.Add([]byte("\x05\x02"), []byte("\x05\xff"))
	f.Add([]byte("\x00\x5b\x12\x67\xc0\x00\x02\x0a"), []byte("\x00"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		peer := func(conn net.Conn) {
			for _, answer := range [][]byte{a, b} {
				_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond)) // a probe that waits gets the next
				_, _ = conn.Read(make([]byte, 256))
				_, _ = conn.Write(answer)
			}
		}
		(socks.Probe{}).Run(t.Context(), probetest.NewDialer(peer), probetest.Endpoint())
	})
}
