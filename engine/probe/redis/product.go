package redis

import (
	"regexp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// flavour is a server that speaks RESP and says in INFO which one it is.
type flavour struct {
	field   string // of INFO, with its version; no other server has it
	product probe.Product
}

// flavours are those that call themselves Redis for the sake of old clients:
// "redis_version" is there as well, and says what they are compatible with.
func flavours() []flavour {
	return []flavour{
		{"valkey_version", probe.Product{Name: "valkey", FullName: "Valkey", Category: category, Vendor: "lfprojects", CPE: "valkey"}},
		{"dragonfly_version", probe.Product{Name: "dragonfly", FullName: "Dragonfly", Category: category}},
		{"kvrocks_version", probe.Product{Name: "kvrocks", FullName: "Apache Kvrocks", Category: category}},
		{"garnet_version", probe.Product{Name: "garnet", FullName: "Garnet", Category: category}},
		{"pika_version", probe.Product{Name: "pika", FullName: "Pika", Category: category}},
	}
}

const category = "Databases"

func redisProduct() probe.Product {
	return probe.Product{Name: "redis", FullName: "Redis", Category: category, Vendor: "redis", CPE: "redis"}
}

// keydbProduct has no version of its own in INFO: KeyDB's redis_version is KeyDB's.
func keydbProduct() probe.Product {
	return probe.Product{Name: "keydb", FullName: "KeyDB", Category: category}
}

// "df-v1.25.1", "8.0.1".
var versionPattern = regexp.MustCompile(`^(?:df-)?v?(\d+(?:\.\d+)*)`)

// recognise finds out which server has written INFO, and its version. Only a
// server that says what it is has a name: a bare NOAUTH is the same of all.
func (b *Block) recognise(info map[string]string) {
	for _, f := range flavours() {
		if version, ok := info[f.field]; ok {
			b.Compatible = info["redis_version"]
			b.name(f.product, version)
			return
		}
	}
	switch version := info["redis_version"]; {
	case version == "":
	case strings.Contains(b.InfoResponse, "# KeyDB"):
		b.name(keydbProduct(), version)
	default:
		b.name(redisProduct(), version)
	}
}

func (b *Block) name(product probe.Product, version string) {
	if match := versionPattern.FindStringSubmatch(version); match != nil {
		version = match[1]
	}
	b.Server, b.Version = product.Name, version
	b.tags = []engine.Tag{product.Tag(version)}
}
