package postgres

import (
	"regexp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const category = "Databases"

func postgresql() probe.Product {
	return probe.Product{Name: "postgresql", FullName: "PostgreSQL", Category: category, Vendor: "postgresql", CPE: "postgresql"}
}

func pgbouncer() probe.Product {
	return probe.Product{Name: "pgbouncer", FullName: "PgBouncer", Category: category, Vendor: "pgbouncer", CPE: "pgbouncer"}
}

func cockroach() probe.Product {
	return probe.Product{Name: "cockroachdb", FullName: "CockroachDB", Category: category}
}

func yugabyte() probe.Product {
	return probe.Product{Name: "yugabytedb", FullName: "YugabyteDB", Category: category}
}

// "15.12 (Debian 15.12-0+deb12u2)", "9.6.24", "18beta1", and nothing a relative adds.
var versionPattern = regexp.MustCompile(`^(\d+(?:\.\d+)*)(?:(?:beta|rc)\d+|devel)?(?: \(|$)`)

// tags names the server if what it has said to the startup message tells which it is.
func (b *Block) tags() []engine.Tag {
	if version, ok := b.Parameters["crdb_version"]; ok {
		return []engine.Tag{cockroach().Tag(cockroachVersion(version))}
	}
	if strings.HasSuffix(b.Version, "/bouncer") { // of its own console
		return []engine.Tag{pgbouncer().Tag(strings.TrimSuffix(b.Version, "/bouncer"))}
	}
	if _, version, ok := strings.Cut(b.Version, "-YB-"); ok { // "11.2-YB-2.20.1.0-b0"
		version, _, _ = strings.Cut(version, "-")
		return []engine.Tag{yugabyte().Tag(version)}
	}
	if match := versionPattern.FindStringSubmatch(b.Version); match != nil && b.Parameters["session_authorization"] != "" {
		return []engine.Tag{postgresql().Tag(match[1])}
	}
	return b.Error.tags()
}

// "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built …)".
func cockroachVersion(text string) string {
	_, version, _ := strings.Cut(text, " v")
	version, _, _ = strings.Cut(version, " ")
	return version
}

// sources are the files of PostgreSQL's source from which errors of a startup come.
var sources = regexp.MustCompile(`^(postmaster|backend_startup|auth|postinit|miscinit|pqcomm|hba|tcop|postgres|proc|procarray|crypt|auth-scram)\.c$`)

// tags names the server if the words of its error are only its own.
func (f *Fault) tags() []engine.Tag {
	switch {
	case f == nil:
		return nil
	case sources.MatchString(f.File) && f.Line != "" && f.Routine != "":
		return []engine.Tag{postgresql().Tag("")}
	case f.File == "" && isBouncer(f.Message):
		return []engine.Tag{pgbouncer().Tag("")}
	}
	return nil
}

// isBouncer knows what PgBouncer says to clients before they are let in.
func isBouncer(message string) bool {
	for _, begin := range []string{"bad packet header: '", "bouncer config error", "pgbouncer cannot connect to server", "unsupported startup parameter: "} {
		if strings.HasPrefix(message, begin) {
			return true
		}
	}
	return false
}
