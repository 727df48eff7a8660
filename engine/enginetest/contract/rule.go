package contract

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// A rule is about members that have to agree; it gives a sentence when they do not.
// Members of a wrong type are none of its business.
type rule func(document map[string]any) (violation string)

func rules() []rule {
	return []rule{ownBlock, uri, hostType, target, variant, scanDate, statusLine, httpVersion, bodyLength, validity, tagVersions}
}

func ownBlock(d map[string]any) string {
	if name := blockName(d); d[name] == nil {
		return fmt.Sprintf("there is no block %q for %s", name, text(d, "protocol"))
	}
	return ""
}

// uri is protocol://host:port/path of a page, else protocol://host:port.
func uri(d map[string]any) string {
	want := text(d, "protocol") + "://" + net.JoinHostPort(text(d, "host"), fmt.Sprint(d["port"])) + text(d, "path")
	if got := text(d, "uri"); got != want {
		return fmt.Sprintf("uri %s is not %s", got, want)
	}
	_, isPage := d["http"]
	if isPage != strings.HasPrefix(text(d, "path"), "/") {
		return fmt.Sprintf("path %q of %s: pages have one, others none", text(d, "path"), text(d, "protocol"))
	}
	return ""
}

func hostType(d map[string]any) string {
	_, err := netip.ParseAddr(text(d, "host"))
	if isIP := text(d, "host_type") == "ip"; isIP != (err == nil) || isIP && text(d, "host") != text(d, "ip") {
		return fmt.Sprintf("host %s at %s is no %s", text(d, "host"), text(d, "ip"), text(d, "host_type"))
	}
	return ""
}

// target has the member that its type says.
func target(d map[string]any) string {
	t := object(d, "target")
	if len(t) != 2 || text(t, text(t, "type")) == "" {
		return fmt.Sprintf("target %v is not one %s", t, text(t, "type"))
	}
	return ""
}

// variant is the base protocol with an ending, or anything over HTTP.
func variant(d map[string]any) string {
	base, protocol := text(d, "prot7"), text(d, "protocol")
	ending, isVariant := strings.CutPrefix(protocol, base)
	if !isVariant && base != "http" {
		return fmt.Sprintf("protocol %s is no variant of %s", protocol, base)
	}
	if ending == "starttls" && d["certificate"] == nil && d["tls"] == nil {
		return fmt.Sprintf("protocol %s without anything of TLS", protocol)
	}
	return ""
}

func scanDate(d map[string]any) string {
	if day := text(d, "scan_date"); !strings.HasPrefix(text(d, "last_updated"), day+"T") {
		return fmt.Sprintf("scan_date %s is not the day of %s", day, text(d, "last_updated"))
	}
	return ""
}

// statusLine has no version of HTTP in it.
func statusLine(d map[string]any) string {
	page := object(d, "http")
	line := text(page, "status_line")
	if page != nil && line != fmt.Sprint(page["status_code"]) && !strings.HasPrefix(line, fmt.Sprint(page["status_code"])+" ") {
		return fmt.Sprintf("http.status_line: %q does not begin with %v", line, page["status_code"])
	}
	return ""
}

func httpVersion(d map[string]any) string {
	version := object(object(d, "http"), "http_version")
	if want := fmt.Sprintf("HTTP/%v.%v", version["major"], version["minor"]); version != nil && text(version, "name") != want {
		return fmt.Sprintf("http.http_version.name: %q is not %s", text(version, "name"), want)
	}
	return ""
}

func bodyLength(d map[string]any) string {
	const most = 100 << 10 // the first 100 KB
	if n := len(text(object(d, "http"), "body")); n > most {
		return fmt.Sprintf("http.body: %d bytes, at most %d", n, most)
	}
	for name := range object(object(d, "http"), "headers") {
		if !headerName.MatchString(name) {
			return fmt.Sprintf("http.headers.%s: is no lower_case_with_underscores", name)
		}
	}
	return ""
}

var headerName = regexp.MustCompile(`^[a-z0-9_]+$`)

func validity(d map[string]any) string {
	span := object(object(d, "certificate"), "validity")
	start, err1 := time.Parse(time.RFC3339, text(span, "start"))
	end, err2 := time.Parse(time.RFC3339, text(span, "end"))
	if want := fmt.Sprintf("%.0f", end.Sub(start).Seconds()); err1 == nil && err2 == nil && fmt.Sprint(span["length"]) != want {
		return fmt.Sprintf("certificate.validity.length: %v is not %s seconds", span["length"], want)
	}
	return ""
}

// tagVersions stand under the tag's name, so that tag.nginx.version finds them.
func tagVersions(d map[string]any) string {
	tags, _ := d["tag"].([]any)
	for _, element := range tags {
		tag, _ := element.(map[string]any)
		if name := text(tag, "name"); object(tag, name) == nil || len(tag) != 6 {
			return fmt.Sprintf("tag %s has its version not under its name", name)
		}
	}
	return ""
}

func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}

func object(parent map[string]any, name string) map[string]any {
	value, _ := parent[name].(map[string]any)
	return value
}
