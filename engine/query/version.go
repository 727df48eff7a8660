package query

import (
	"strings"
)

// The letters of a version key, in their order. A version that has ended equals
// one that goes on with zeros, so trailing zeros are not written.
const (
	keyBefore = '0' // a word for what came before the release: beta
	keyEnd    = '1'
	keyZero   = '2'
	keyAfter  = '3' // any other word: the p1 of 8.0p1
	keyNumber = '4'
)

// VersionKey gives a key whose byte order is the order of versions: 1.9 < 1.10,
// 1.0-rc1 < 1.0 = 1.0.0 < 1.0.2k < 1.0.2.1, 8.0 < 8.0p1. Keys of ASCII
// versions consist of digits and lower-case letters. A leading v and all
// punctuation are ignored; text without digit or letter has the key of "0".
func VersionKey(version string) string {
	var key strings.Builder
	zeros := 0
	for _, part := range versionParts(version) {
		if part == "0" {
			zeros++
			continue
		}
		kind := keyKind(part)
		if kind != keyBefore {
			key.WriteString(strings.Repeat(string(keyZero), zeros))
		}
		zeros = 0
		writeKey(&key, kind, part)
	}
	key.WriteByte(keyEnd)
	return key.String()
}

func writeKey(key *strings.Builder, kind byte, part string) {
	key.WriteByte(kind)
	if kind != keyNumber {
		key.WriteString(part + "0") // the 0 ends a word: p < pl
		return
	}
	if len(part) > 99 {
		part = strings.Repeat("9", 99)
	}
	key.WriteByte('0' + byte(len(part)/10))
	key.WriteByte('0' + byte(len(part)%10))
	key.WriteString(part)
}

func keyKind(part string) byte {
	switch part {
	case "alpha", "beta", "canary", "dev", "nightly", "pre", "preview", "rc", "snapshot":
		return keyBefore
	}
	if isDigit(part[0]) {
		return keyNumber
	}
	return keyAfter
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// versionParts cuts at punctuation and between letters and digits, in lower
// case and without leading zeros.
func versionParts(version string) []string {
	version = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(version)), "v")
	var parts []string
	for start := 0; start < len(version); {
		end := start
		for end < len(version) && versionClass(version[end]) == versionClass(version[start]) {
			end++
		}
		part := version[start:end]
		switch versionClass(version[start]) {
		case classDigit:
			part = strings.TrimLeft(part, "0")
			if part == "" {
				part = "0"
			}
			parts = append(parts, part)
		case classLetter:
			parts = append(parts, part)
		}
		start = end
	}
	return parts
}

const (
	classMark = iota
	classDigit
	classLetter
)

func versionClass(c byte) int {
	switch {
	case isDigit(c):
		return classDigit
	case 'a' <= c && c <= 'z', c >= 0x80:
		return classLetter
	}
	return classMark
}
