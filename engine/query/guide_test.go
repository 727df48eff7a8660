package query_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/query/querytest"
)

// Each line of a block of queries in the guide is a case of testdata/guide.test.
func TestGuideIsTested(t *testing.T) {
	page, err := os.ReadFile("../../templates/guides/search-language.md")
	if err != nil {
		t.Fatal(err)
	}
	suites, err := querytest.Read("testdata")
	if err != nil {
		t.Fatal(err)
	}
	examples := guideExamples(string(page))
	if len(examples) < 40 {
		t.Errorf("the guide has only %d examples", len(examples))
	}
	for _, missing := range untested(examples, suites) {
		t.Errorf("testdata/guide.test lacks %s", missing)
	}
}

func TestGuideIsTestedNotices(t *testing.T) {
	examples := guideExamples("# Page\n```query\nport:80\nno such: \"case\"\n```\n```sh\nmake\n```\n")
	suites := []querytest.Suite{{Name: "guide", Cases: []querytest.Case{{Query: "port:80"}}}}
	if got := untested(examples, suites); !slices.Equal(got, []string{`no such: "case"`}) {
		t.Errorf("untested: %q", got)
	}
}

func guideExamples(page string) (queries []string) {
	for _, block := range regexp.MustCompile("(?s)```query\n(.*?)```").FindAllStringSubmatch(page, -1) {
		queries = append(queries, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	return queries
}

// untested gives the queries that are no cases of the suite guide.
func untested(queries []string, suites []querytest.Suite) (missing []string) {
	at := slices.IndexFunc(suites, func(s querytest.Suite) bool { return s.Name == "guide" })
	for _, q := range queries {
		if !slices.ContainsFunc(suites[at].Cases, func(c querytest.Case) bool { return c.Query == q }) {
			missing = append(missing, q)
		}
	}
	return missing
}
