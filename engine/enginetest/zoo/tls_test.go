package zoo_test

import (
	"crypto/tls"
	"io"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
)

// TestSecured meets a species inside TLS.
func TestSecured(t *testing.T) {
	greets := zoo.Species{Name: "greets", Base: "ftp", Protocol: "ftp", Port: 21, Serve: func(conn net.Conn) {
		_, _ = io.WriteString(conn, "220 hi\r\n") // a client that has left is not greeted
	}}
	species := zoo.Secured(greets, 990)
	if species.Name != "greets-tls" || species.Base != "ftp" || species.Protocol != "ftps" || species.Port != 990 {
		t.Errorf("%+v", species)
	}
	z, err := zoo.Start(zoo.Config{Species: []zoo.Species{species}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := z.Close(); err != nil {
			t.Error(err)
		}
	}()
	conn, err := tls.Dial("tcp", z.Services[0].Place.String(), &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // its certificate is its own
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if greeting, err := io.ReadAll(conn); string(greeting) != "220 hi\r\n" && err == nil {
		t.Errorf("%q %v", greeting, err)
	}
}
