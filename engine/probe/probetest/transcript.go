package probetest

import (
	"bufio"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Transcript is a server that speaks in lines, as it was recorded in
// testdata/name:
//
//	S: 220 what the server said
//	C: EHLO what the client asked
//	S: 250 what it was answered
//	TLS
//
// Every line a client says is answered by what followed the same line in the recording,
// from where the conversation is; anything else ends it. At TLS both sides shake hands.
func Transcript(tb testing.TB, name string) Peer {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	lines, config := strings.Split(strings.TrimSpace(string(data)), "\n"), serverTLS(tb)
	return func(conn net.Conn) { playTranscript(conn, lines, config) }
}

// InTLS is peer inside TLS.
func InTLS(tb testing.TB, peer Peer) Peer {
	tb.Helper()
	config := serverTLS(tb)
	return func(conn net.Conn) {
		session := tls.Server(conn, config)
		if session.Handshake() == nil {
			peer(session)
		}
	}
}

func playTranscript(conn net.Conn, lines []string, config *tls.Config) {
	in := bufio.NewReader(conn)
	for len(lines) > 0 {
		kind, text, _ := strings.Cut(lines[0], ": ")
		switch kind {
		case "S":
			if _, err := io.WriteString(conn, text+"\r\n"); err != nil {
				return
			}
			lines = lines[1:]
		case "TLS":
			conn = tls.Server(conn, config)
			in, lines = bufio.NewReader(conn), lines[1:]
		default:
			said, err := in.ReadString('\n')
			if err != nil {
				return
			}
			lines = after(lines, "C: "+strings.TrimRight(said, "\r\n"))
		}
	}
}

// after gives what follows line; nothing if it does not occur.
func after(lines []string, line string) []string {
	for i := range lines {
		if lines[i] == line {
			return lines[i+1:]
		}
	}
	return nil
}

// serverTLS has a certificate of its own, valid by any clock.
func serverTLS(tb testing.TB) *tls.Config {
	tb.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example.com"}, DNSNames: []string{"mail.example.com"},
		NotBefore: time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}
