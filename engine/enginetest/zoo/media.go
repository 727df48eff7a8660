package zoo

import (
	"bufio"
	"fmt"
	"net"
	"net/textproto"
	"strings"
)

// media are servers of streams and calls, whose protocols look like HTTP.
func media() []Species {
	asterisk := "Server: Asterisk PBX 18.10.0\r\nAllow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER\r\nAccept: application/sdp\r\nContent-Length: 0\r\n"
	kamailio := "Server: kamailio (5.6.3 (x86_64/linux))\r\nContent-Length: 0\r\n"
	return []Species{
		{Name: "rtsp-camera", Base: "rtsp", Protocol: "rtsp", Product: "hipcam", Version: "1.0", Port: 554, Serve: rtsp("Hipcam RealServer/V1.0", "401 Unauthorized", "WWW-Authenticate: Digest realm=\"Hipcam\", nonce=\"3b27a446\"\r\n")},
		{Name: "rtsp-open", Base: "rtsp", Protocol: "rtsp", Product: "gstreamer", Port: 8554, Serve: rtsp("GStreamer RTSP server", "200 OK", "Content-Type: application/sdp\r\nContent-Length: 5\r\n")},
		{Name: "sip-asterisk", Base: "sip", Protocol: "sip", Product: "asterisk", Version: "18.10.0", Port: 5060, Serve: sip("200 OK", asterisk)},
		{Name: "sip-kamailio", Base: "sip", Protocol: "sip", Product: "kamailio", Version: "5.6.3", Port: 5060, Answer: sipDatagram("404 Not here", kamailio)},
	}
}

// rtsp follows RFC 2326: OPTIONS lists the methods, DESCRIBE gives the description, or
// what stands in its place.
func rtsp(server, status, head string) func(net.Conn) {
	return func(conn net.Conn) {
		from := textproto.NewReader(bufio.NewReader(conn))
		for {
			first, err := from.ReadLine()
			if err != nil {
				return
			}
			header, err := from.ReadMIMEHeader()
			reply := fmt.Sprintf("RTSP/1.0 %s\r\nServer: %s\r\nCSeq: %s\r\n%s\r\n", status, server, header.Get("Cseq"), head)
			switch {
			case err != nil || !strings.HasSuffix(first, " RTSP/1.0"):
				_, _ = fmt.Fprintf(conn, "RTSP/1.0 400 Bad Request\r\nServer: %s\r\n\r\n", server)
				return
			case strings.HasPrefix(first, "OPTIONS "):
				reply = fmt.Sprintf("RTSP/1.0 200 OK\r\nServer: %s\r\nCSeq: %s\r\nPublic: OPTIONS,DESCRIBE,SETUP,TEARDOWN,PLAY\r\n\r\n", server, header.Get("Cseq"))
			case status == "200 OK":
				reply += "v=0\r\n"
			}
			if _, err := conn.Write([]byte(reply)); err != nil {
				return
			}
		}
	}
}

// sip answers a request; what is none is passed over, as RFC 3261 section 16.3 wants
// of what cannot be read.
func sip(status, head string) func(net.Conn) {
	return func(conn net.Conn) {
		from := bufio.NewReader(conn)
		for {
			request, err := readRequest(from)
			if err != nil {
				return
			}
			if reply := sipReply(request, status, head); reply != nil {
				if _, err := conn.Write(reply); err != nil {
					return
				}
			}
		}
	}
}

func readRequest(from *bufio.Reader) (string, error) {
	var request strings.Builder
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			return "", err
		}
		request.WriteString(line)
		if strings.TrimSpace(line) == "" {
			return request.String(), nil
		}
	}
}

func sipDatagram(status, head string) func([]byte) [][]byte {
	return func(request []byte) [][]byte {
		if reply := sipReply(string(request), status, head); reply != nil {
			return [][]byte{reply}
		}
		return nil
	}
}

// sipReply has the headers of the request that RFC 3261 section 8.2.6.2 wants back; nil
// for what is no request.
func sipReply(request, status, head string) []byte {
	first, rest, _ := strings.Cut(request, "\r\n")
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(rest))).ReadMIMEHeader()
	if err != nil || !strings.HasSuffix(first, " SIP/2.0") || header.Get("Call-Id") == "" {
		return nil
	}
	return fmt.Appendf(nil, "SIP/2.0 %s\r\nVia: %s;received=192.0.2.1\r\nFrom: %s\r\nTo: %s;tag=as1\r\nCall-ID: %s\r\nCSeq: %s\r\n%s\r\n",
		status, header.Get("Via"), header.Get("From"), header.Get("To"), header.Get("Call-Id"), header.Get("Cseq"), head)
}
