package tls_test

import (
	"bufio"
	cryptotls "crypto/tls"
	"io"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// TestUpgrade shakes hands on a connection that has spoken before.
func TestUpgrade(t *testing.T) {
	secured := serve(serverConfig(t, leaf(nil), cryptotls.VersionTLS12, cryptotls.VersionTLS13))
	d := probetest.NewDialer(func(conn net.Conn) {
		_, _ = io.WriteString(conn, "220 go ahead\r\n")
		secured(conn)
	})
	conn, err := d.Dial(t.Context(), probetest.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReaderSize(conn, 16).ReadString('\n'); err != nil {
		t.Fatalf("%q %v", line, err)
	}
	session, err := tls.Upgrade(t.Context(), conn, probetest.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = session.Close() }()
	r := engine.Response{Blocks: map[string]any{}}
	if session.Describe(&r); r.Blocks["certificate"] == nil {
		t.Errorf("%+v has no certificate", r.Blocks)
	}
}
