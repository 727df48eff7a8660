package provider_test

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

const scanAddress = "portolan_scan.test"

func serverBlock(e *enginetest.Engine) string {
	return fmt.Sprintf("provider \"portolan\" {\n  endpoint = %q\n  api_key  = %q\n}\n", e.Endpoint, e.Key)
}

func embeddedBlock(dir string) string {
	return fmt.Sprintf("provider \"portolan\" {\n  embedded = {\n    data_dir = %q\n  }\n}\n", dir)
}

// scanBlock is a scan of ports of this machine; more is put into its block.
func scanBlock(ports, more string) string {
	return fmt.Sprintf("resource \"portolan_scan\" \"test\" {\n  targets = [\"127.0.0.1\"]\n  ports   = %q\n%s\n}\n", ports, more)
}

func action(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(scanAddress, a)}}
}

func attribute(name string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(scanAddress, tfjsonpath.New(name), want)
}

// Each step applies and plans once more, which must be empty: resource.Test checks it.
func TestAccScan(t *testing.T) {
	zoo := enginetest.Services(t)
	ports := zoo.Ports()
	t.Run("server", func(t *testing.T) {
		withoutEnvironment(t)
		e := enginetest.Start(t)
		testAccScan(t, serverBlock(e), ports, noScans(t, e))
	})
	t.Run("embedded", func(t *testing.T) {
		withoutEnvironment(t)
		testAccScan(t, embeddedBlock(t.TempDir()), ports, nil)
	})
}

func noScans(t *testing.T, e *enginetest.Engine) resource.TestCheckFunc {
	return func(*terraform.State) error {
		scans, err := e.Client.Scans(t.Context())
		if err == nil && len(scans) > 0 {
			return fmt.Errorf("%d scans are left after destroy", len(scans))
		}
		return err
	}
}

func testAccScan(t *testing.T, block, ports string, destroyed resource.TestCheckFunc) {
	same, other := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesDiffer())
	id := tfjsonpath.New("id")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		CheckDestroy:             destroyed,
		Steps: []resource.TestStep{
			{ // create, and read what was found
				Config: block + scanBlock(ports, `label = "first"`) + findingsBlock,
				ConfigStateChecks: []statecheck.StateCheck{
					attribute("status", knownvalue.StringExact("done")), attribute("label", knownvalue.StringExact("first")),
					attribute("index_id", knownvalue.NotNull()), attribute("ended_at", knownvalue.NotNull()), attribute("queue_position", knownvalue.Null()),
					attribute("address_count", knownvalue.Int64Exact(1)),
					statecheck.ExpectKnownOutputValue("redis", knownvalue.StringExact("6.2.6")),
					statecheck.ExpectKnownOutputValue("rules", knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.NotNull()})),
					same.AddStateValue(scanAddress, id),
				},
			},
			{ // another label: in place
				Config: block + scanBlock(ports, `label = "second"`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{attribute("label", knownvalue.StringExact("second")), same.AddStateValue(scanAddress, id)},
			},
			{ // no label: it stays as it is
				Config: block + scanBlock(ports, ""), ConfigPlanChecks: action(plancheck.ResourceActionNoop),
			},
			{ // the same in another spelling: in place
				Config: block + scanBlock(" "+ports, ""), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(scanAddress, id), other.AddStateValue(scanAddress, id)},
			},
			{ // a trigger: again
				Config: block + scanBlock(ports, `triggers = { release = "2" }`), ConfigPlanChecks: action(plancheck.ResourceActionReplace),
				ConfigStateChecks: []statecheck.StateCheck{other.AddStateValue(scanAddress, id)},
			},
			{ // import
				ResourceName: scanAddress, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"triggers"},
			},
			{ // import of none
				ResourceName: scanAddress, ImportState: true, ImportStateId: "4711", ExpectError: regexp.MustCompile(`(?i)non-existent`),
			},
		},
	})
}

const findingsBlock = `
data "portolan_findings" "test" {
  scan_id = portolan_scan.test.id
}

data "portolan_responses" "redis" {
  index_ids = [portolan_scan.test.index_id]
  q         = "protocol:redis"
}

output "rules" {
  value = data.portolan_findings.test.findings[*].rule
}

output "redis" {
  value = one(data.portolan_responses.redis.responses).version
}
`

// Targets in another order are the same scan.
func TestAccScanReorder(t *testing.T) {
	withoutEnvironment(t)
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	config := func(targets string) string {
		return serverBlock(e) + fmt.Sprintf("resource \"portolan_scan\" \"test\" {\n  targets = %s\n  ports = %q\n}\n", targets, zoo.Ports())
	}
	same, sameTime := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())
	unchanged := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{same.AddStateValue(scanAddress, tfjsonpath.New("id")), sameTime.AddStateValue(scanAddress, tfjsonpath.New("ended_at"))}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		Steps: []resource.TestStep{
			{Config: config(`["127.0.0.1", "localhost"]`), ConfigStateChecks: unchanged()},
			{Config: config(`["LOCALHOST.", "127.0.0.1/32"]`), ConfigStateChecks: unchanged(), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
			{Config: config(`["127.0.0.1"]`), ConfigPlanChecks: action(plancheck.ResourceActionReplace)},
		},
	})
}

// A scan that was deleted elsewhere is made again.
func TestAccScanDrift(t *testing.T) {
	withoutEnvironment(t)
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	config := serverBlock(e) + scanBlock(zoo.Ports(), "")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					if err := e.Client.DeleteScan(t.Context(), 1); err != nil {
						t.Error(err)
					}
				},
				Config: config, ConfigPlanChecks: action(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{attribute("id", knownvalue.StringExact("2"))},
			},
		},
	})
}

// A gate that closes taints the scan: the next apply scans again, and passes
// once the flaw is mended.
func TestAccFailOn(t *testing.T) {
	withoutEnvironment(t)
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	redis := zoo.Get("redis")
	config := serverBlock(e) + scanBlock(strconv.Itoa(redis.Port), "fail_on = \"medium\"")
	closed := regexp.MustCompile(`(?s)has 1 finding that the\s+policy counts.*fail_on.*redis\.no-auth`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		Steps: []resource.TestStep{
			{Config: config, ExpectError: closed},
			{Config: config, ConfigPlanChecks: action(plancheck.ResourceActionReplace), ExpectError: closed},
			{
				PreConfig: func() {
					if err := redis.Close(); err != nil {
						t.Error(err)
					}
				},
				Config: config, ConfigPlanChecks: action(plancheck.ResourceActionReplace),
				ConfigStateChecks: []statecheck.StateCheck{attribute("id", knownvalue.StringExact("3")), attribute("status", knownvalue.StringExact("done"))},
			},
		},
	})
}

// A postcondition that fails blocks the next plan too, with what the scan has
// recorded, until triggers make a new one: why fail_on is the better gate.
func TestAccPostcondition(t *testing.T) {
	withoutEnvironment(t)
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	redis := zoo.Get("redis")
	config := func(release string) string {
		return serverBlock(e) + scanBlock(strconv.Itoa(redis.Port), fmt.Sprintf(`
  triggers = { release = %q }
  lifecycle {
    postcondition {
      condition     = self.summary.total == 0
      error_message = "something is exposed"
    }
  }`, release))
	}
	failed := regexp.MustCompile("something is exposed")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		Steps: []resource.TestStep{
			{Config: config("1"), ExpectError: failed},
			{
				PreConfig: func() {
					if err := redis.Close(); err != nil {
						t.Error(err)
					}
				},
				Config: config("1"), ExpectError: failed,
			},
			{Config: config("2"), ConfigPlanChecks: action(plancheck.ResourceActionReplace)},
		},
	})
}

// Bad input is refused before anything is created.
func TestAccBadInputCreatesNothing(t *testing.T) {
	withoutEnvironment(t)
	e := enginetest.Start(t)
	block := serverBlock(e)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		CheckDestroy:             noScans(t, e),
		Steps: []resource.TestStep{
			{Config: block + "resource \"portolan_scan\" \"test\" {\n  targets = [\"127.0.0.1\", \"127.0.0.300\"]\n}\n", ExpectError: regexp.MustCompile(`(?s)Target is not valid.*127\.0\.0\.300`)},
			{Config: block + "resource \"portolan_scan\" \"test\" {\n  targets = []\n}\n", ExpectError: regexp.MustCompile("No targets")},
			{Config: block + "resource \"portolan_scan\" \"test\" {\n  targets = [\"2001:db8::/64\"]\n}\n", ExpectError: regexp.MustCompile("Max number of targets")},
			{Config: block + scanBlock("70000", ""), ExpectError: regexp.MustCompile("Ports are not valid")},
			{Config: embeddedBlock(t.TempDir()) + scanBlock("80", "wait = false"), ExpectError: regexp.MustCompile("would not outlive apply")},
		},
	})
}
