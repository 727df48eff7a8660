package imap

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// maxUntagged is how many lines may stand before the answer to a command: a server
// has the list of its abilities to tell, its name, and a few alerts.
const maxUntagged = 32

var errNotIMAP = errors.New("not IMAP")

// dialogue tags commands and reads what comes back (RFC 9051 section 2.2).
type dialogue struct {
	*probe.Dialogue
	asked int
}

// meet reads the greeting and asks for the abilities, which prove the protocol.
func (d *dialogue) meet() (*Block, error) {
	greeting, err := d.Line()
	if err != nil {
		return nil, err
	}
	block := &Block{Banner: greeting, Capabilities: []string{}, CapabilitiesTLS: []string{}, Auth: []string{}, PreAuth: strings.HasPrefix(greeting, "* PREAUTH")}
	if farewell().MatchString(greeting) {
		return block, nil
	}
	if !(Probe{}).Greets([]byte(greeting)) {
		return nil, fmt.Errorf("%w: %.40q", errNotIMAP, greeting)
	}
	d.learn(&block.Capabilities, block)
	if len(block.Capabilities) == 0 {
		block.Capabilities = inBrackets(greeting)
	}
	if !slices.ContainsFunc(block.Capabilities, isIMAP) {
		return nil, fmt.Errorf("%w: does not say what it is able to do", errNotIMAP)
	}
	return block, nil
}

func isIMAP(capability string) bool { return strings.HasPrefix(strings.ToUpper(capability), "IMAP4") }

// learn asks for the abilities and, where that is one, for the server's name.
func (d *dialogue) learn(capabilities *[]string, block *Block) {
	if _, lines, err := d.ask("CAPABILITY"); err == nil {
		*capabilities = listed(lines)
	}
	if block.ID != "" || !slices.ContainsFunc(*capabilities, func(c string) bool { return strings.EqualFold(c, "ID") }) {
		return
	}
	if _, lines, err := d.ask("ID NIL"); err == nil {
		block.ID = idOf(lines)
	}
}

// ask gives the status of the answer, "OK", and the lines before it.
func (d *dialogue) ask(command string) (status string, untagged []string, err error) {
	d.asked++
	tag := fmt.Sprintf("p%d", d.asked)
	if err := d.Say(tag + " " + command); err != nil {
		return "", nil, err
	}
	for range maxUntagged {
		line, err := d.Line()
		if err != nil {
			return "", untagged, err
		}
		if rest, ok := strings.CutPrefix(line, tag+" "); ok {
			status, _, _ = strings.Cut(rest, " ")
			return strings.ToUpper(status), untagged, nil
		}
		untagged = append(untagged, line)
	}
	return "", untagged, fmt.Errorf("%w: no end of the answer to %s", errNotIMAP, command)
}

// listed reads "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN".
func listed(lines []string) []string {
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) > 2 && words[0] == "*" && strings.EqualFold(words[1], "CAPABILITY") {
			return words[2:]
		}
	}
	return []string{}
}

// inBrackets reads "* OK [CAPABILITY IMAP4rev1 …] ready".
func inBrackets(greeting string) []string {
	_, rest, ok := strings.Cut(greeting, "[CAPABILITY ")
	list, _, closed := strings.Cut(rest, "]")
	if !ok || !closed {
		return []string{}
	}
	return strings.Fields(list)
}

// idOf reads `* ID ("name" "Cyrus IMAPD" "version" "3.6.1")` (RFC 2971 section 3.2)
// and gives the values of name and version.
func idOf(lines []string) string {
	for _, line := range lines {
		if !strings.HasPrefix(strings.ToUpper(line), "* ID (") {
			continue
		}
		var values []string
		for _, key := range []string{"name", "version"} {
			if m := regexp.MustCompile(`(?i)"` + key + `" "([^"]*)"`).FindStringSubmatch(line); m != nil {
				values = append(values, m[1])
			}
		}
		return strings.Join(values, " ")
	}
	return ""
}

// judge says what the abilities mean (RFC 9051 sections 6.2.1, 6.2.3 and 7.2.2).
// PLAIN and LOGIN are the mechanisms that send a password as it is.
func (b *Block) judge(inside bool) {
	for _, c := range b.Capabilities {
		switch c = strings.ToUpper(c); {
		case c == "STARTTLS":
			b.StartTLS = !inside
		case c == "LOGINDISABLED":
			b.LoginDisabled = true
		case strings.HasPrefix(c, "AUTH="):
			b.Auth = append(b.Auth, strings.TrimPrefix(c, "AUTH="))
		}
	}
	asIs := slices.Contains(b.Auth, "PLAIN") || slices.Contains(b.Auth, "LOGIN")
	b.CleartextAuth = !inside && len(b.Capabilities) > 0 && (asIs || !b.LoginDisabled)
}
