package http

import (
	"bytes"
	"regexp"
	"strings"
)

const redacted = "[redacted]"

// redactValues keeps the names of "NAME=value" and nothing else: a line without
// a name may be the rest of a key, and so may one that ends in "=", as base64
// does; a comment may be an old password.
func redactValues(body []byte) []byte {
	name := regexp.MustCompile(`^(\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*=)\s*[^=\s]`)
	var kept strings.Builder
	for line := range strings.Lines(string(body)) {
		text := strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(text) != "" {
			kept.WriteString(firstGroup(name, text) + redacted)
		}
		kept.WriteString("\n")
	}
	return []byte(kept.String())
}

func firstGroup(pattern *regexp.Regexp, text string) string {
	if match := pattern.FindStringSubmatch(text); match != nil {
		return match[1]
	}
	return ""
}

// redactURLs takes user names, passwords and tokens out of URLs, a password with
// an "@" in it as well, and what follows their "?". Of settings whose name does not
// rule out a secret (smtpPass, extraHeader, a helper that prints a password) and of
// lines that go on such a setting only the name is kept.
func redactURLs(body []byte) []byte {
	body = regexp.MustCompile(`://[^/\s"]*@`).ReplaceAll(body, []byte("://"+redacted+"@"))
	body = regexp.MustCompile(`(://[^?\s"]*\?)[^\s"]+`).ReplaceAll(body, []byte("${1}"+redacted))
	return regexp.MustCompile(`(?im)^([ \t]*(?:\[[^\]\n]*\][ \t]*)?[^\s=\[]*(?:header|helper|pass|proxy|token|secret|key|cookie|auth|command|cmd)[^\s=]*[ \t]*=)(?:.*\\\r?\n)*.*$`).ReplaceAll(body, []byte("${1} "+redacted))
}

// redactPasswords keeps the names of "name:hash".
func redactPasswords(body []byte) []byte {
	var kept strings.Builder
	for line := range strings.Lines(string(body)) {
		if name, _, ok := strings.Cut(line, ":"); ok {
			kept.WriteString(strings.TrimSpace(name) + ":" + redacted + "\n")
		}
	}
	return []byte(kept.String())
}

// redactConstants keeps the names of PHP's "define('NAME', …)".
func redactConstants(body []byte) []byte {
	var kept bytes.Buffer
	for _, match := range regexp.MustCompile(`(?m)^\s*define\s*\(\s*['"]([A-Za-z_]+)['"]`).FindAllSubmatch(body, -1) {
		kept.WriteString("define('" + string(match[1]) + "', " + redacted + ");\n")
	}
	return kept.Bytes()
}

// beginning keeps by what a file is known.
func beginning(body []byte) []byte { return body[:min(len(body), 16)] }

func firstLine(body []byte) []byte {
	line, _, _ := bytes.Cut(body, []byte("\n"))
	return line[:min(len(line), 200)]
}

// untilTable keeps the head of a page, and not what its tables tell.
func untilTable(body []byte) []byte {
	if at := bytes.Index(bytes.ToLower(body), []byte("<table")); at >= 0 {
		body = body[:at]
	}
	return body[:min(len(body), 4<<10)]
}

// versionOfPHP keeps the title of a page of phpinfo() and its version: the rest is full of
// the server's environment.
func versionOfPHP(body []byte) []byte {
	title := regexp.MustCompile(`(?i)<title>[^<]*</title>`).Find(body)
	return append(append([]byte{}, title...), regexp.MustCompile(`PHP Version [0-9][0-9.]*`).Find(body)...)
}
