package ftp_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ftp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

func newProbe() ftp.Probe { return ftp.New(tls.Connect, tls.Upgrade, nil) }

func block(t *testing.T, r engine.Response) *ftp.Block {
	t.Helper()
	b, ok := r.Blocks["ftp"].(*ftp.Block)
	if !ok {
		t.Fatalf("no block in %v", r.Blocks)
	}
	return b
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer     probetest.Peer
		protocol string
		product  string
		version  string
		ok       func(*ftp.Block) bool
	}{
		"vsftpd": {probetest.Transcript(t, "vsftpd-anonymous.txt"), "ftpstarttls", "vsftpd", "3.0.3", func(b *ftp.Block) bool {
			return b.StartTLS && b.Anonymous && b.CleartextAuth && len(b.Features) == 10 && b.Features[7] == "REST STREAM"
		}},
		"proftpd": {probetest.Transcript(t, "proftpd.txt"), "ftp", "proftpd", "", func(b *ftp.Block) bool {
			return !b.StartTLS && !b.Anonymous && b.CleartextAuth && b.Login == "530 Login incorrect.\r\n"
		}},
		"pure-ftpd": {probetest.Transcript(t, "pure-ftpd.txt"), "ftp", "pure-ftpd", "", func(b *ftp.Block) bool {
			return !b.StartTLS && !b.Anonymous && b.CleartextAuth
		}},
		"turns us away": {probetest.Says([]byte("421 There are too many FTP users.\r\n")), "ftp", "", "", func(b *ftp.Block) bool { return b.Rejected }},
		"is silent": {probetest.Says([]byte("220 Serv-U FTP Server v15.4 ready...\r\n")), "ftp", "serv-u", "15.4", func(b *ftp.Block) bool {
			return !b.Anonymous && b.Login == ""
		}},
		"does not name itself": {probetest.Says([]byte("220 ready\r\n500 ?\r\n500 ?\r\n331 Password required\r\n530 no\r\n")), "ftp", "", "", func(b *ftp.Block) bool { return b.CleartextAuth }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: tt.peer, Base: "ftp", Protocol: tt.protocol, Check: func(t *testing.T, rs []engine.Response) {
				if b := block(t, rs[0]); !tt.ok(b) {
					t.Errorf("%+v", b)
				}
				if tt.product != "" && (len(rs[0].Tags) != 1 || rs[0].Tags[0].Name != tt.product || rs[0].Tags[0].Version != tt.version) {
					t.Errorf("tags %+v", rs[0].Tags)
				}
			}})
		})
	}
}

func TestInsideTLS(t *testing.T) {
	d := probetest.NewDialer(probetest.InTLS(t, probetest.Transcript(t, "vsftpd-tls.txt")))
	result := newProbe().RunTLS(t.Context(), d, probetest.Endpoint())
	if result.Outcome != engine.Answered || result.Responses[0].Protocol != "ftps" {
		t.Fatalf("%+v", result)
	}
	if b := block(t, result.Responses[0]); b.StartTLS || b.CleartextAuth || b.Anonymous {
		t.Errorf("%+v", b)
	}
}

// TestOthers plays servers of other protocols that answer in the same form.
func TestOthers(t *testing.T) {
	for name, said := range map[string]string{
		"SMTP":            "220 mx.example.net ESMTP Postfix\r\n502 5.5.2 Error\r\n502 5.5.2 Error\r\n502 5.5.2 Error\r\n",
		"quiet SMTP":      "220 hello\r\n500 what\r\n500 what\r\n530 5.7.0 Must issue a STARTTLS command first\r\n",
		"repeats":         "220 hello\r\n220 hello\r\n220 hello\r\n220 hello\r\n",
		"agrees with all": "220 hello\r\n250 yes\r\n250 yes\r\n250 yes\r\n",
		"busy":            "421 later\r\n",
		"NNTP":            "200 news.example.org InterNetNews NNRP server ready\r\n500 what\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: probetest.Says([]byte(said))})
		})
	}
}
