package cli_test

import (
	"encoding/json"
	"net"
	"strconv"
	"strings"
	"testing"
)

// A host cannot steer the terminal of whoever searches: neither with control
// characters of one byte or of the C1 range, nor by turning the text round.
func TestSearchShowsHostileTextHarmless(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // ends the goroutine below
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("220 \x1b[2Jevil\u009b31m \u202egpj.exe \U000e0041 ready\r\n"))
			_ = conn.Close()
		}
	}()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s := newShell(t)
	s.want(t, 0, "scan", "127.0.0.1", "--ports", port, "--fail-on", "never")
	table := s.out.String()
	s.want(t, 0, "search", "port:"+port)
	for name, text := range map[string]string{"table": table, "search": s.out.String()} {
		if strings.ContainsAny(text, "\x1b\u009b\u202e\U000e0041") {
			t.Errorf("the %s lets through: %s", name, strconv.QuoteToASCII(text))
		}
	}
	if !json.Valid([]byte(s.out.String())) || !strings.Contains(s.out.String(), "evil") {
		t.Errorf("the document is lost: %s", s.out.String())
	}
}
