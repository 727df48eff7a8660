package zoo

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"slices"
	"strings"
)

// textSpecies speak in lines.
func textSpecies() []Species {
	return slices.Concat(fileServers(), relays(), mailboxes(), terminals(), news())
}

// script is a server that speaks in lines: it greets and has an answer to each command.
type script struct {
	greeting string
	// answers are by the first word of a command, in capitals; "" is the answer to any other. Of
	// a line "\n" stands for the end. The connection ends after an answer to QUIT and LOGOUT.
	answers map[string]string
	// tagged says that commands begin with a tag (RFC 9051 section 2.2.1), for which "TAG"
	// stands in answers.
	tagged bool
	// upgrade is the command after whose answer both sides shake hands; inside is what follows.
	upgrade string
	inside  map[string]string
}

// over is a species that serves the script.
func (s script) over(species Species) Species {
	species.Serve = s.serve
	return species
}

func (s script) serve(conn net.Conn) {
	if !say(conn, s.greeting) {
		return
	}
	in := bufio.NewReader(io.LimitReader(conn, 1<<20))
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		word, answer := s.answer(strings.TrimRight(line, "\r\n"))
		switch {
		case !say(conn, answer), word == "QUIT", word == "LOGOUT":
			return
		case word == s.upgrade && s.inside != nil:
			session := tls.Server(conn, zooTLS())
			conn, in = session, bufio.NewReader(session)
			s.answers, s.inside = s.inside, nil
		}
	}
}

// answer gives the command's word and what is said to it.
func (s script) answer(line string) (word, answer string) {
	tag := ""
	if s.tagged {
		tag, line, _ = strings.Cut(line, " ")
	}
	word, _, _ = strings.Cut(strings.ToUpper(line), " ")
	answer, ok := s.answers[word]
	if !ok {
		answer = s.answers[""]
	}
	return word, strings.ReplaceAll(answer, "TAG", tag)
}

func say(conn net.Conn, text string) bool {
	_, err := io.WriteString(conn, strings.ReplaceAll(text, "\n", "\r\n"))
	return err == nil
}

// zooTLS is what secured gives a species; a server without a certificate refuses every
// handshake. It is made anew each time, for tests with a clock of their own.
func zooTLS() *tls.Config {
	certificate, err := selfSigned("zoo.example", nil)
	if err != nil {
		return &tls.Config{}
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}}
}
