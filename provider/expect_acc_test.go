package provider_test

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// What is exposed is as declared, or apply fails and says what differs.
func TestAccExpect(t *testing.T) {
	withoutEnvironment(t)
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	redis := strconv.Itoa(zoo.Get("redis").Port)
	gate := "warn_on = \"high\"\n"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		Steps: []resource.TestStep{
			{ // redis alone is declared: everything else is too much
				Config: serverBlock(e) + scanBlock(zoo.Ports(), gate+expectOf(redis, `service = "redis", owner = "@data"`)) + exposureBlock,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("undeclared", knownvalue.Int64Exact(int64(len(zoo.Services)-1))),
					statecheck.ExpectKnownOutputValue("owners", knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("@data")})),
				},
			},
			{ // everything may be there
				Config: serverBlock(e) + scanBlock(zoo.Ports(), gate+expectOf("1-65535", "")) + exposureBlock, ConfigPlanChecks: action(plancheck.ResourceActionReplace),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("undeclared", knownvalue.Int64Exact(0))},
			},
			{
				ResourceName: scanAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"warn_on"},
			},
			{ // nothing should be
				Config:      serverBlock(e) + scanBlock(redis, "fail_on = \"high\"\nexpect = []"),
				ExpectError: regexp.MustCompile(`exposure\.undeclared`),
			},
		},
	})
}

func expectOf(port, more string) string {
	return fmt.Sprintf("expect = [{ port = %q, %s }]\n", port, more)
}

const exposureBlock = `
data "portolan_findings" "test" {
  scan_id = portolan_scan.test.id
}

output "undeclared" {
  value = length([for f in data.portolan_findings.test.findings : f if f.rule == "exposure.undeclared"])
}

output "owners" {
  value = toset(data.portolan_findings.test.findings[*].owner)
}
`
