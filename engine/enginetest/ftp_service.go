package enginetest

import (
	"bufio"
	"io"
	"net"
	"strings"
)

// ftp is a server that greets and knows little more (RFC 959 section 4.2).
func ftp(s *Service) error {
	s.Name = "ftp"
	s.serve(func(conn net.Conn) {
		if _, err := io.WriteString(conn, "220 (vsFTPd 3.0.3)\r\n"); err != nil {
			return
		}
		lines := bufio.NewScanner(conn)
		for lines.Scan() {
			reply := "530 Please login with USER and PASS.\r\n"
			if strings.EqualFold(lines.Text(), "QUIT") {
				reply = "221 Goodbye.\r\n"
			}
			if _, err := io.WriteString(conn, reply); err != nil {
				return
			}
		}
	})
	return nil
}
