package tls_test

import (
	"bytes"
	"encoding/binary"
	"net"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// helloRecord is a ServerHello of TLS 1.2 with extensions, each as its number and content.
func helloRecord(suite uint16, extensions ...[]byte) []byte {
	body := append([]byte{3, 3}, make([]byte, 32)...)
	body = append(body, 0) // no session
	body = append(binary.BigEndian.AppendUint16(body, suite), 0)
	body = append(body, vector(bytes.Join(extensions, nil))...)
	message := append([]byte{2, 0}, vector(body)...)
	return append([]byte{22, 3, 3}, vector(message)...)
}

func ext(id uint16, content []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, id), vector(content)...)
}

func TestReadAnswer(t *testing.T) {
	a, err := tls.ReadAnswer(bytes.NewReader(helloRecord(0xc02f, ext(16, vector([]byte("\x02h2"))), ext(0xff01, []byte{0}))), true)
	if err != nil || a.Version != 0x0303 || a.Suite != 0xc02f || len(a.Extensions) != 2 {
		t.Errorf("%+v %v", a, err)
	}
	a, err = tls.ReadAnswer(strings.NewReader("\x15\x03\x01\x00\x02\x02\x28"), true)
	if err != nil || a.Alert != 40 || a.Version != 0 {
		t.Errorf("%+v %v", a, err)
	}
	for _, other := range []string{"", "HTTP/1.1 400 Bad Request\r\n\r\n", "\x16\x03\x01\x00\x00", "\x16\x03\x01\x00\x04\x01\x00\x00\x00", "\x15\x03\x01\x00\x02\x09\x28", "\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03"} {
		if a, err := tls.ReadAnswer(strings.NewReader(other), true); err == nil {
			t.Errorf("%q: took it for %+v", other, a)
		}
	}
}

func TestIsSSL2(t *testing.T) {
	near, far := net.Pipe()
	go species(t, "tls-ssl2")(far)
	if _, err := near.Write([]byte{0x80, 0x19, 1, 0, 2}); err != nil {
		t.Fatal(err)
	}
	if !tls.IsSSL2(near) {
		t.Error("does not know a server of SSL 2")
	}
	_ = near.Close()
	for _, other := range []string{"", "\x80\x19\x01\x00\x02\x00\x03\x00\x00\x00\x10\x00\x00", "\x80\x0b\x04\x00\x01\x00\x02\x00\x00\x00\x00\x00\x00"} {
		if tls.IsSSL2(strings.NewReader(other)) {
			t.Errorf("%q: took it for SSL 2", other)
		}
	}
}

// repeat is an answer ten times.
func repeat(answer []byte) [][]byte {
	list := make([][]byte, 10)
	for i := range list {
		list[i] = answer
	}
	return list
}

// TestJARM holds the fingerprint to published pairs of answers and fingerprints: one
// of rust_jarm's tests, and the example of BinaryEdge's manual.
func TestJARM(t *testing.T) {
	list := func(ids ...uint16) (all [][]byte) {
		for _, id := range ids {
			content := []byte(nil)
			if id == 16 {
				content = vector([]byte("\x02h2"))
			}
			all = append(all, ext(id, content))
		}
		return all
	}
	old := list(0, 0x17, 0xff01, 0x0b, 0x23, 16)
	with := func(suite uint16, extensions [][]byte) []byte { return helloRecord(suite, extensions...) }
	tls11 := with(0xc009, old)
	tls11[10] = 2
	keyShare := list(0x33, 0x2b)
	for want, answers := range map[string][][]byte{
		"27d27d27d27d27d27d27d27d27d27debd865e63a4441da99411bab3aadfedf": repeat(with(0xc02b, old)),
		"27d3ed3ed0003ed1dc42d43d00041d6183ff1bfae51ebd88d70384363d525c": {
			with(0xc02b, old), with(0xcc14, old), with(0xcc14, old), nil, with(0xcc14, old[:5]), tls11,
			with(0x1302, keyShare), with(0x1303, keyShare), nil, with(0x1301, keyShare),
		},
		strings.Repeat("0", 62): repeat([]byte("\x15\x03\x01\x00\x02\x02\x28")),
	} {
		if got := tls.JARM(answers); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(helloRecord(0xc02f, ext(16, vector([]byte("\x02h2")))))
	f.Add([]byte("\x15\x03\x01\x00\x02\x02\x28"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if a, err := tls.ReadAnswer(bytes.NewReader(data), true); err == nil && a.Version == 0 && a.Alert == 0 {
			t.Errorf("%+v tells nothing", a)
		}
		tls.IsSSL2(bytes.NewReader(data))
		if jarm := tls.JARM(repeat(data)); len(jarm) != 62 {
			t.Errorf("JARM %q", jarm)
		}
	})
}
