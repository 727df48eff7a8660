package mssql_test

import (
	"bytes"
	"io"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mssql"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// prelogin2014 is the answer of SQL Server 2014 (12.0.2000), written by [MS-TDS] section
// 4.2, with encryption off.
const prelogin2014 = "\x04\x01\x00\x2b\x00\x00\x01\x00" +
	"\x00\x00\x1a\x00\x06\x01\x00\x20\x00\x01\x02\x00\x21\x00\x01\x03\x00\x22\x00\x00\x04\x00\x22\x00\x01\xff" +
	"\x0c\x00\x07\xd0\x00\x00\x00\x00\x00"

// TestProbe is without TLS; how the handshake goes, the zoo shows.
func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer                                probetest.Peer
		version, release, encryption, entry string
	}{
		"2014":    {probetest.Answers([]byte(prelogin2014)), "12.0.2000", "2014", "off", "cpe:2.3:a:microsoft:sql_server:2014:*:*:*:*:*:*:*"},
		"2019":    {zoo.Find(t, "mssql-2019").Serve, "15.0.2000", "2019", "on", "cpe:2.3:a:microsoft:sql_server:2019:*:*:*:*:*:*:*"},
		"2008 R2": {zoo.Find(t, "mssql-2008-r2").Serve, "10.50.1600", "2008 R2", "not supported", "cpe:2.3:a:microsoft:sql_server:2008:r2:*:*:*:*:*:*"},
		"2022":    {zoo.Find(t, "mssql-2022").Serve, "16.0.1000", "2022", "required", "cpe:2.3:a:microsoft:sql_server:2022:*:*:*:*:*:*:*"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, mssql.Probe{}, probetest.Recording{Peer: tt.peer, Base: "mssql", Protocol: "mssql", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["mssql"].(*mssql.Block)
				if !ok || b.Version != tt.version || b.Release != tt.release || b.Encryption != tt.encryption || b.StartTLS != (tt.encryption != "not supported") {
					t.Errorf("%+v", b)
				}
				if tags := rs[0].Tags; len(tags) != 1 || tags[0].Version != tt.version || tags[0].CPE[0] != tt.entry {
					t.Errorf("tags %+v, want %s", tags, tt.entry)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"echo":           func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
		"another packet": probetest.Answers([]byte("\x12" + prelogin2014[1:])),
		"no end":         probetest.Answers([]byte("\x04\x01\x00\x0d\x00\x00\x01\x00\x00\x00\x1a\x00\x06")),
		"out of bounds":  probetest.Answers([]byte("\x04\x01\x00\x0e\x00\x00\x01\x00\x00\xff\xff\x00\x06\xff")),
		"no version":     probetest.Answers([]byte("\x04\x01\x00\x0f\x00\x00\x01\x00\x01\x00\x06\x00\x01\xff\x01")),
		"encryption 9":   probetest.Answers([]byte(prelogin2014[:40] + "\x09\x00\x00")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, mssql.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}

func FuzzReadPrelogin(f *testing.F) {
	f.Add([]byte(prelogin2014))
	f.Fuzz(func(t *testing.T, data []byte) {
		if block, err := mssql.ReadPrelogin(bytes.NewReader(data)); err == nil && (block.Version == "" || block.Encryption == "") {
			t.Errorf("%+v", block)
		}
	})
}
