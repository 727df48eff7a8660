package mysql

import (
	"regexp"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

var versionPattern = regexp.MustCompile(`^\d+\.\d+`)

// products are what a version gives away, the first that fits. MySQL itself has
// nothing but the numbers of its releases.
//
// Percona adds the number of its own release, which has two digits since 2010:
// "8.0.36-28". Debian's MySQL has the package's, which never had: "8.0.36-1".
// MariaDB since 10.0 says "5.5.5-" before its version, for old replicas.
var products = sync.OnceValue(func() []probe.Product {
	const category = "Databases"
	return []probe.Product{
		{Name: "mariadb", FullName: "MariaDB", Category: category, Vendor: "mariadb", CPE: "mariadb", Pattern: regexp.MustCompile(`^(?:5\.5\.5-)?(\d+\.\d+\.\d+)(?:-\d+)?-MariaDB`)},
		{Name: "tidb", FullName: "TiDB", Category: category, Vendor: "pingcap", CPE: "tidb", Pattern: regexp.MustCompile(`-TiDB-v?(\d+\.\d+\.\d+)`)},
		{Name: "oceanbase", FullName: "OceanBase", Category: category, Pattern: regexp.MustCompile(`-OceanBase(?:_CE)?-v(\d+(?:\.\d+)+)`)},
		{Name: "vitess", FullName: "Vitess", Category: category, Pattern: regexp.MustCompile(`-Vitess`)},
		{Name: "manticore", FullName: "Manticore Search", Category: category, Pattern: regexp.MustCompile(`^(\d+\.\d+\.\d+) [0-9a-f]{7,}@\d+`)},
		{Name: "sphinx", FullName: "Sphinx", Category: category, Pattern: regexp.MustCompile(`^(\d+\.\d+\.\d+)-(?:id\d+-)?release`)},
		{Name: "percona", FullName: "Percona Server for MySQL", Category: category, Vendor: "percona", CPE: "percona_server", Pattern: regexp.MustCompile(`^([58]\.\d+\.\d+-\d{2}(?:\.\d+)?)(?:-log|-debug|-debug-log)?$`)},
		{Name: "mysql", FullName: "MySQL", Category: category, Vendor: "oracle", CPE: "mysql", Pattern: regexp.MustCompile(
			`^((?:4\.[01]|5\.[0-7]|8\.[0-4]|9\.\d)\.\d+)(?:[a-d])?(?:-(?:log|debug|standard|community|commercial|enterprise|cluster|cll|google|nt|max|\d(?:\+|ubuntu|deb|$)|\d+ubuntu)[-\w.+~]*)?$`)},
	}
})

// tags names the server by its version; one that turns us away by what it calls itself.
func (b *Block) tags() []engine.Tag {
	if b.Version == "" {
		return b.tagsOfFault()
	}
	for _, product := range products() {
		if tags := probe.Find([]probe.Product{product}, b.Version); len(tags) > 0 {
			return tags
		}
	}
	return nil
}

// tagsOfFault reads "Host '192.0.2.7' is not allowed to connect to this MariaDB server".
func (b *Block) tagsOfFault() []engine.Tag {
	for _, product := range products() {
		if strings.HasSuffix(b.ErrorMessage, " to connect to this "+product.FullName+" server") {
			return []engine.Tag{product.Tag("")}
		}
	}
	return nil
}
