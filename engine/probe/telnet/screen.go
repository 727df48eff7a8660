package telnet

import (
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// The commands of RFC 854.
const (
	subEnd = 240 // SE
	sub    = 250 // SB
	will   = 251
	wont   = 252
	do     = 253
	dont   = 254
	iac    = 255
)

// screen is what a server has shown and negotiated so far.
type screen struct {
	shown   []byte
	asked   map[byte][]string // options by command
	size    int               // bytes taken
	pending []byte            // a command whose end has not come
	strange bool              // what follows an IAC is no command: not Telnet
}

// take reads bytes and gives the answer that refuses every option in them.
func (s *screen) take(data []byte) (refusals []byte) {
	s.size += len(data)
	data = append(s.pending, data...)
	s.pending = nil
	for len(data) > 0 {
		if data[0] != iac {
			s.shown = append(s.shown, data[0])
			data = data[1:]
			continue
		}
		n, refusal := s.command(data)
		if n == 0 {
			s.pending = slices.Clone(data[:min(len(data), maxScreen)])
			break
		}
		refusals = append(refusals, refusal...)
		data = data[n:]
	}
	return refusals
}

// command reads one command, n bytes long; 0 if its end has not come.
func (s *screen) command(data []byte) (n int, refusal []byte) {
	if len(data) < 2 {
		return 0, nil
	}
	switch c := data[1]; {
	case c == iac: // a byte 255 of the text
		s.shown = append(s.shown, iac)
		return 2, nil
	case c == sub:
		return endOfSub(data), nil
	case c >= will && len(data) < 3:
		return 0, nil
	case c >= will:
		return 3, s.option(c, data[2])
	default:
		s.strange = s.strange || c < subEnd
		return 2, nil
	}
}

// endOfSub finds where a subnegotiation ends.
func endOfSub(data []byte) int {
	for i := 2; i+1 < len(data); i++ {
		if data[i] == iac && data[i+1] == subEnd {
			return i + 2
		}
	}
	return 0
}

// option notes what is negotiated and refuses it: WONT answers DO, DONT answers WILL.
// Refusals of the server need no answer (RFC 854, "loops").
func (s *screen) option(command, option byte) []byte {
	name, ok := optionName(option)
	if !ok {
		s.strange = true
		return nil
	}
	if s.asked == nil {
		s.asked = map[byte][]string{}
	}
	if slices.Contains(s.asked[command], name) {
		return nil // answered already
	}
	s.asked[command] = append(s.asked[command], name)
	switch command {
	case do:
		return []byte{iac, wont, option}
	case will:
		return []byte{iac, dont, option}
	}
	return nil
}

// optionName is that of IANA's list of Telnet options; false for a number it does not have.
func optionName(option byte) (string, bool) {
	names := map[byte]string{
		0: "BINARY", 1: "ECHO", 3: "SUPPRESS-GO-AHEAD", 5: "STATUS", 6: "TIMING-MARK", 24: "TERMINAL-TYPE", 25: "END-OF-RECORD",
		31: "NAWS", 32: "TERMINAL-SPEED", 33: "REMOTE-FLOW-CONTROL", 34: "LINEMODE", 35: "X-DISPLAY-LOCATION",
		36: "ENVIRON", 37: "AUTHENTICATION", 38: "ENCRYPT", 39: "NEW-ENVIRON", 44: "COM-PORT", 46: "START-TLS",
	}
	if name, ok := names[option]; ok {
		return name, true
	}
	const lastAssigned = 49
	return fmt.Sprint(option), option <= lastAssigned
}

// hasPrompt finds a question for a name or a password at the end of what is shown.
func (s *screen) hasPrompt() bool { return prompt().Match(s.shown) }

var prompt = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[\s>])(?:login|user ?name|user|account|password)[^\S\r\n]*:[\s\x00\x1b[0-9;m]*$`)
})

func (s *screen) isTelnet() bool { return !s.strange && (len(s.asked) > 0 || s.hasPrompt()) }

func (s *screen) block() *Block {
	list := func(command byte) []string { return append([]string{}, s.asked[command]...) }
	return &Block{Banner: probe.Text(s.shown), Will: list(will), Do: list(do), Wont: list(wont), Dont: list(dont), LoginPrompt: s.hasPrompt()}
}
