package zoo

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
)

func webSpecies() []Species {
	return slices.Concat(webServers(), websites(), webVariants(), webConsoles(), webAPIs(), clusterAPIs(), proxies(), media())
}

// answer is what a web server says to one request.
type answer struct {
	status int
	head   string // lines with their ends, without the length
	body   string
}

// website is a web server. Like real ones it keeps connections open, and says what is
// wrong to whoever does not speak HTTP.
type website struct {
	head    string // of every answer: lines with their ends
	bad     answer // for what is no request; status 0 hangs up
	missing answer // for pages that are not there
	pages   map[string]answer
	echoes  bool // sends back a request with TRACE (RFC 9110 section 9.3.8)
	trusts  bool // lets scripts of every site read its answers, with cookies
}

// goServer is a website as Go's library has it.
func goServer(head string, pages map[string]answer) website {
	const plain = "Content-Type: text/plain; charset=utf-8\r\n"
	return website{
		head: head, bad: answer{400, plain + "Connection: close\r\n", "400 Bad Request"},
		missing: answer{404, plain + "X-Content-Type-Options: nosniff\r\n", "404 page not found\n"}, pages: pages,
	}
}

func page(body string) answer { return answer{200, "Content-Type: text/html\r\n", body} }
func text(body string) answer { return answer{200, "Content-Type: text/plain\r\n", body} }
func data(body string) answer { return answer{200, "Content-Type: application/json\r\n", body} }

// serve answers requests until the client hangs up or speaks something else.
func (w website) serve(conn net.Conn) {
	from := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(from)
		if err != nil {
			if isClosed := from.Buffered() == 0 && strings.Contains(err.Error(), "EOF"); !isClosed && w.bad.status != 0 {
				_ = w.write(conn, w.bad, "GET")
			}
			return
		}
		_, _ = io.Copy(io.Discard, request.Body) // one that is cut off is noticed by the next read
		reply, ok := w.pages[request.Method+" "+request.URL.RequestURI()]
		if !ok {
			reply, ok = w.pages[request.URL.Path]
		}
		if !ok {
			reply = w.missing
		}
		if reply = w.modified(reply, request); w.write(conn, reply, request.Method) != nil || request.Close {
			return
		}
	}
}

// modified is an answer as the server's settings change it.
func (w website) modified(a answer, request *http.Request) answer {
	if request.Method == http.MethodTrace && w.echoes {
		return answer{200, "Content-Type: message/http\r\n", fmt.Sprintf("TRACE %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n\r\n", request.URL.Path, request.Host, request.UserAgent())}
	}
	if request.Method == http.MethodTrace {
		return answer{405, "Allow: GET, HEAD\r\n", ""}
	}
	if origin := request.Header.Get("Origin"); origin != "" && w.trusts {
		a.head += "Access-Control-Allow-Origin: " + origin + "\r\nAccess-Control-Allow-Credentials: true\r\n"
	}
	return a
}

func (w website) write(conn net.Conn, a answer, method string) error {
	head := fmt.Sprintf("HTTP/1.1 %d %s\r\n%s%sContent-Length: %d\r\n\r\n", a.status, http.StatusText(a.status), w.head, a.head, len(a.body))
	if method == http.MethodHead {
		a.body = ""
	}
	_, err := io.WriteString(conn, head+a.body)
	return err
}

// web is a species of web server.
func web(name, product, version string, port uint16, w website) Species {
	return Species{Name: name, Base: "http", Protocol: "http", Product: product, Version: version, Port: port, Serve: w.serve}
}

// api is a species of an application that speaks HTTP and has a name of its own.
func api(name, protocol, product, version string, port uint16, w website) Species {
	return Species{Name: name, Base: "http", Protocol: protocol, Product: product, Version: version, Port: port, Serve: w.serve}
}

// apiInTLS is an api inside TLS, which does not change what it is called.
func apiInTLS(s Species) Species {
	protocol, port := s.Protocol, s.Port
	s = secured(s, port)
	s.Protocol = protocol
	return s
}
