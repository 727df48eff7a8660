package feed

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
)

// Distributions mend what they ship without changing its version: Debian's OpenSSH
// 9.2p1-2+deb12u3 has what was mended in 9.8. Such a version says less than it seems to,
// so a match with it is potential. Three signs give a distribution away:
//
//   - the version of the package: 8.0.33-0ubuntu0.22.04.2;
//   - a mark in the text that has the version: "Apache/2.4.52 (Ubuntu)",
//     "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3";
//   - of OpenSSH, the version itself: its authors' server says 9.2, and Debian's 9.2p1,
//     also when it is told to keep its name for itself; and Red Hat's releases say which
//     one they are by their number alone.
//
// What gives no sign is believed. A service that was packaged by somebody who shows no
// mark (vsftpd, Redis, dnsmasq) is told to be vulnerable when it may not be.

// marks are names of distributions, and how their packages are numbered.
var marks = regexp.MustCompile(`(?i)\b(?:ubuntu|debian|raspbian|red ?hat|rhel|centos|rocky|alma ?linux|fedora|oracle linux|amazon linux|suse|opensuse|sles|alpine|gentoo|mageia|arch linux|freebsd)|_for_windows|[+~.-](?:deb\d|bpo\d)|-(?:gke|eks)\b|\bdeb\d+u\d|\.(?:el|fc|amzn|mga)\d`)

// mariaDBsOwn is in the versions of packages that MariaDB's authors build for distributions:
// 11.2.2-MariaDB-1:11.2.2+maria~deb12.
const mariaDBsOwn = "+maria~"

// redHatOpenSSH are the versions that Red Hat Enterprise Linux 6 to 10 and those built
// from it have, and mend.
func redHatOpenSSH() []string { return []string{"5.3", "6.6.1", "7.4", "8.0", "8.7", "9.9"} }

// isUncertain tells whether the version of the software that a tag names does not say what
// is mended in it: because a distribution has built it, or because its CPE has the release
// only, as that of SQL Server 2019 has, whose patches count builds.
func isUncertain(r *engine.Response, tag *engine.Tag, name cpe.Name) bool {
	upstream, packaged := Upstream(tag.Version)
	if packaged {
		return true
	}
	if base, _ := cpe.SplitUpdate(upstream); base != "" && cpe.Quote(base) != name.Version {
		return true
	}
	if name.Key() == openssh {
		isDebian := strings.HasPrefix(name.Update.Text(), "p")
		if isDebian || slices.Contains(redHatOpenSSH(), name.Version.Text()) {
			return true
		}
	}
	if tag.Version == "" {
		return false
	}
	return slices.ContainsFunc(spoken(r), func(line string) bool {
		return strings.Contains(line, tag.Version) && marks.MatchString(line) && !strings.Contains(line, mariaDBsOwn)
	})
}

// Limits of the text in which a mark is looked for.
const (
	maxSpoken = 500  // lines
	maxLine   = 1000 // bytes
)

// spoken gives the lines by which a service says what it is: all text of its documents
// but that of pages and certificates, which others have written.
func spoken(r *engine.Response) []string {
	data, err := json.Marshal(r.Blocks)
	if err != nil {
		return nil // it has no JSON form, and was not read from one
	}
	var blocks map[string]any
	if json.Unmarshal(data, &blocks) != nil {
		return nil
	}
	for _, name := range []string{"certificate", "tls", "whois", "geo"} {
		delete(blocks, name)
	}
	if page, ok := blocks["http"].(map[string]any); ok {
		blocks["http"] = []any{page["headers"], page["unknown_headers"]}
	}
	return linesOf(blocks, nil)
}

func linesOf(value any, lines []string) []string {
	switch value := value.(type) {
	case string:
		for line := range strings.Lines(value) {
			if len(lines) < maxSpoken {
				lines = append(lines, line[:min(len(line), maxLine)])
			}
		}
	case []any:
		for _, element := range value {
			lines = linesOf(element, lines)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			lines = linesOf(value[name], lines)
		}
	}
	return lines
}
