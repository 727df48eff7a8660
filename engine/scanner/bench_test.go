package scanner_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

func BenchmarkDiscovery(b *testing.B) {
	for _, ports := range []engine.Ports{"1-1000", "default"} {
		b.Run(string(ports), func(b *testing.B) {
			s := scanner.New(scanner.Config{})
			for b.Loop() {
				if err := s.Run(b.Context(), task(ports, "127.0.0.1"), &basket{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(ports.Count()*b.N)/b.Elapsed().Seconds(), "probes/s")
		})
	}
}

// BenchmarkServices identifies thousands of plain services of one host, on ports
// that say nothing about them.
func BenchmarkServices(b *testing.B) {
	const count = 2048
	plain := []func(net.Conn){
		redis,
		greeter("220 mx.example.net ESMTP Exim 4.94.2\r\n", "502 no\r\n"),
		greeter("220 (vsFTPd 3.0.5)\r\n", "530 no\r\n"),
		page,
	}
	var list []int
	for i := range count {
		list = append(list, listen(b, "127.0.0.1:0", plain[i%len(plain)]))
	}
	s := scanner.New(scanner.Config{Probes: all.Probes()})
	b.ReportAllocs()
	for b.Loop() {
		found := &basket{}
		if err := s.Identify(b.Context(), scanner.Endpoints{All: endpoints(list...), Scope: loopback()}, found); err != nil {
			b.Fatal(err)
		}
		if len(found.responses) != count {
			b.Fatalf("%d services have an answer", len(found.responses))
		}
	}
	b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "services/s")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(count*b.N), "µs/service")
}

// greeter greets and says the same to every line.
func greeter(greeting, reply string) func(net.Conn) {
	return func(conn net.Conn) {
		_, err := io.WriteString(conn, greeting)
		for lines := bufio.NewScanner(conn); err == nil && lines.Scan(); {
			_, err = io.WriteString(conn, reply)
		}
	}
}

// page is a web server with one page.
func page(conn net.Conn) {
	request, err := http.ReadRequest(bufio.NewReader(conn))
	switch {
	case err != nil:
	case request.URL.Path == "/":
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 17\r\n\r\n<title>hi</title>")
	default:
		_, _ = io.WriteString(conn, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
	}
}
