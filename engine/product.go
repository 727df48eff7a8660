package engine

import (
	"cmp"
	"encoding/json"
	"strings"
)

// software are the places of a document that name a product, in the members of
// the private scanner API (contract part 4).
type software struct {
	HTTP struct {
		Headers struct {
			Server []string `json:"server"`
		} `json:"headers"`
	} `json:"http"`
	SSH struct {
		ServerID struct {
			Software string `json:"software"`
			Version  string `json:"version"` // of the protocol in some documents
		} `json:"server_id"`
	} `json:"ssh"`
	Redis struct {
		Version string `json:"version"`
	} `json:"redis"`
	DNS struct {
		Version string `json:"version"`
	} `json:"dns"`
}

// Product gives the product and version a document names, or "". Tags are the
// probe's own verdict and win; else it is what the service says of itself.
func (r *Response) Product() (product, version string) {
	if len(r.Tags) > 0 {
		return (&software{}).product(r.Tags)
	}
	// Blocks hold a struct of the probe's or, read from an index, a map: JSON is
	// what both have in common.
	data, err := json.Marshal(r.Blocks)
	if err != nil {
		return "", ""
	}
	var known software
	if err := json.Unmarshal(data, &known); err != nil {
		return "", ""
	}
	return known.product(nil)
}

func (s *software) product(tags []Tag) (product, version string) {
	switch {
	case len(tags) > 0:
		return cmp.Or(tags[0].FullName, tags[0].Name), tags[0].Version
	case len(s.HTTP.Headers.Server) > 0:
		return splitProduct(s.HTTP.Headers.Server[0], "/")
	case s.SSH.ServerID.Software != "":
		return splitProduct(s.SSH.ServerID.Software, "_")
	case s.Redis.Version != "":
		return "Redis", s.Redis.Version
	case s.DNS.Version != "":
		return splitProduct(s.DNS.Version, " ")
	}
	return "", ""
}

// splitProduct cuts "nginx/1.25.3 (Debian)" and "OpenSSH_9.2p1" in two, the
// version up to the next space.
func splitProduct(text, separator string) (product, version string) {
	product, version, _ = strings.Cut(text, separator)
	version, _, _ = strings.Cut(version, " ")
	return product, version
}
