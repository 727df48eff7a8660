package mysql_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mysql"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func mariadb(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "mariadb.bin"))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

const (
	mysql8     = "\x4a\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08\x00\xff\xff\xff\x02\x00\xff\xdf\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x00caching_sha2_password\x00"
	notAllowed = "\x41\x00\x00\x00\xffj\x04Host '10.0.0.5' is not allowed to connect to this MySQL server"
	tooMany    = "\x17\x00\x00\x00\xff\x10\x04Too many connections"
	proxied    = "\x1d\x00\x00\x00\xff\x10\x04#08004Too many connections"
)

// TestProbe is without TLS; how the upgrade goes, the zoo shows.
func TestProbe(t *testing.T) {
	tests := map[string]struct {
		greeting     []byte
		want         mysql.Block
		tag, version string
	}{
		"MySQL":       {[]byte(mysql8), mysql.Block{Version: "8.0.36", Protocol: 10, AuthPlugin: "caching_sha2_password", CharacterSet: 255, Status: 2, Capabilities: 0xdfffffff, StartTLS: true}, "mysql", "8.0.36"},
		"MariaDB":     {mariadb(t), mysql.Block{Version: "5.5.5-10.11.19-MariaDB-0+deb12u1", Protocol: 10, AuthPlugin: "mysql_native_password", CharacterSet: 8, Status: 2, Capabilities: 0x81fffffe, StartTLS: true}, "mariadb", "10.11.19"},
		"not allowed": {[]byte(notAllowed), mysql.Block{ErrorCode: 1130, ErrorID: "ER_HOST_NOT_PRIVILEGED", ErrorMessage: "Host '10.0.0.5' is not allowed to connect to this MySQL server"}, "mysql", ""},
		"too many":    {[]byte(tooMany), mysql.Block{ErrorCode: 1040, ErrorID: "ER_CON_COUNT_ERROR", ErrorMessage: "Too many connections"}, "", ""},
		"proxy":       {[]byte(proxied), mysql.Block{ErrorCode: 1040, ErrorID: "ER_CON_COUNT_ERROR", ErrorMessage: "Too many connections"}, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.want.Banner = probe.Text(tt.greeting)
			probetest.Run(t, mysql.Probe{}, probetest.Recording{Peer: probetest.Says(tt.greeting), Base: "mysql", Protocol: "mysql", Check: func(t *testing.T, rs []engine.Response) {
				if block, ok := rs[0].Blocks["mysql"].(*mysql.Block); !ok || *block != tt.want {
					t.Errorf("%+v, want %+v", block, tt.want)
				}
				checkTag(t, rs[0].Tags, tt.tag, tt.version)
			}})
			if !(mysql.Probe{}).Greets(tt.greeting) {
				t.Error("not seen as a greeting")
			}
		})
	}
}

func checkTag(t *testing.T, tags []engine.Tag, name, version string) {
	t.Helper()
	switch {
	case name == "" && len(tags) == 0:
	case len(tags) != 1 || tags[0].Name != name || tags[0].Version != version:
		t.Errorf("tags %+v, want %s %s", tags, name, version)
	}
}

// TestProducts reads versions as they are in the wild.
func TestProducts(t *testing.T) {
	for version, want := range map[string][2]string{
		"5.7.44-log":                    {"mysql", "5.7.44"},
		"8.0.36-0ubuntu0.22.04.1":       {"mysql", "8.0.36"},
		"8.0.36-1":                      {"mysql", "8.0.36"},
		"9.1.0":                         {"mysql", "9.1.0"},
		"8.0.36-28":                     {"percona", "8.0.36-28"},
		"5.7.44-48-log":                 {"percona", "5.7.44-48"},
		"8.0.35-27.1":                   {"percona", "8.0.35-27.1"},
		"11.4.2-MariaDB-ubu2404":        {"mariadb", "11.4.2"},
		"5.5.68-MariaDB":                {"mariadb", "5.5.68"},
		"5.5.5-10.6.16-12-MariaDB-log":  {"mariadb", "10.6.16"},
		"8.0.11-TiDB-v7.5.0":            {"tidb", "7.5.0"},
		"8.0.30-Vitess":                 {"vitess", ""},
		"5.7.25-OceanBase_CE-v4.2.1.8":  {"oceanbase", "4.2.1.8"},
		"6.2.12 dc5144d35@230822":       {"manticore", "6.2.12"},
		"2.2.11-id64-release (95ae9a6)": {"sphinx", "2.2.11"},
		"5.1.0-Something":               {"", ""},
		"1.0.0":                         {"", ""},
	} {
		greeting := append([]byte{0, 0, 0, 0, 10}, version+"\x00\x08\x00\x00\x00abcdefgh\x00\xff\xf7\x08\x02\x00\xff\x81\x15"...)
		greeting[0] = byte(len(greeting) - 4)
		result := mysql.Probe{}.Run(t.Context(), probetest.NewDialer(probetest.Says(greeting)), probetest.Endpoint())
		if result.Outcome != engine.Answered {
			t.Errorf("%s: %v", version, result.Err)
			continue
		}
		checkTag(t, result.Responses[0].Tags, want[0], want[1])
	}
}

// TestNoTLSAfterAll is a server that offers TLS and hangs up on whoever wants it.
func TestNoTLSAfterAll(t *testing.T) {
	refuse := func(context.Context, net.Conn, engine.Endpoint) (probe.Session, error) {
		return nil, errors.New("no TLS")
	}
	probetest.Run(t, mysql.New(refuse), probetest.Recording{Peer: probetest.Says([]byte(mysql8)), Base: "mysql", Protocol: "mysql"})
}

// TestOthers greets like MySQL, nearly.
func TestOthers(t *testing.T) {
	for name, greeting := range map[string]string{
		"no version":      "\x10\x00\x00\x00\x0ahello\x00\x08\x00\x00\x00abc",
		"second packet":   "\x41\x00\x00\x01" + notAllowed[4:],
		"unknown error":   "\x0c\x00\x00\x00\xff\xd0\x07It broke.",
		"length is wrong": "\x42" + notAllowed[1:],
		"mail":            "220 mail.example.com ESMTP\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			if (mysql.Probe{}).Greets([]byte(greeting)) {
				t.Error("seen as a greeting")
			}
			probetest.Run(t, mysql.Probe{}, probetest.Recording{Peer: probetest.Says([]byte(greeting))})
		})
	}
}

func FuzzReadGreeting(f *testing.F) {
	f.Add(mariadb(f))
	for _, greeting := range []string{mysql8, notAllowed, tooMany, proxied} {
		f.Add([]byte(greeting))
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		block, err := mysql.ReadGreeting(packet)
		if err == nil && block.Version == "" && block.ErrorID == "" {
			t.Errorf("%q: %+v", packet, block)
		}
	})
}
