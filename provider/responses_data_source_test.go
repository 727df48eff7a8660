package provider_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestAccResponses(t *testing.T) {
	withoutEnvironment(t)
	zoo := enginetest.Services(t)
	redis := tfjsonpath.New("responses").AtSliceIndex(0)
	known := func(name string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.portolan_responses.test", redis.AtMapKey(name), want)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		Steps: []resource.TestStep{{
			Config: embeddedBlock(t.TempDir()) + scanBlock(zoo.Ports(), "") + `
data "portolan_responses" "test" {
  index_ids = [portolan_scan.test.index_id]
  q         = "protocol:redis"
  size      = 5
}

output "version" {
  value = jsondecode(data.portolan_responses.test.responses[0].json).protocol
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				known("host", knownvalue.StringExact("127.0.0.1")), known("ip", knownvalue.StringExact("127.0.0.1")), known("protocol", knownvalue.StringExact("redis")),
				known("version", knownvalue.StringExact("6.2.6")), known("port", knownvalue.Int64Exact(int64(zoo.Get("redis").Port))),
				statecheck.ExpectKnownOutputValue("version", knownvalue.StringExact("redis")),
			},
		}},
	})
}

func TestResponses(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	state := w.created(scanOf(zoo.Ports(), nil))
	id := text(t, state, "id")

	all := w.data("portolan_responses", object{"scan_id": id})
	if got, want := number(t, all, "total"), number(t, state, "result_count"); got != want || int64(len(elements(t, all, "responses"))) != want {
		t.Errorf("%d responses, the scan has %d", got, want)
	}
	redis := elements(t, w.data("portolan_responses", object{"scan_id": id, "q": "protocol:redis"}), "responses")
	if len(redis) != 1 {
		t.Fatalf("%d responses of redis", len(redis))
	}
	if got := text(t, redis[0], "version"); got != "6.2.6" || number(t, redis[0], "port") != int64(zoo.Get("redis").Port) {
		t.Errorf("redis has version %q on port %d", got, number(t, redis[0], "port"))
	}
	var document map[string]any
	w.must(json.Unmarshal([]byte(text(t, redis[0], "json")), &document))
	if document["uri"] != text(t, redis[0], "uri") {
		t.Errorf("the document has uri %v", document["uri"])
	}

	ports := elements(t, w.data("portolan_responses", object{"scan_id": id, "q": "protocol:redis", "fields": []string{"port"}}), "responses")
	if len(ports) != 1 || !member(t, ports[0], "uri").IsNull() || number(t, ports[0], "port") != int64(zoo.Get("redis").Port) {
		t.Errorf("with fields = [port]: %v", ports)
	}
	few := w.data("portolan_responses", object{"size": 1})
	if len(elements(t, few, "responses")) != 1 || number(t, few, "total") < 2 {
		t.Error("a size changes the total, or is not held")
	}
	none := w.data("portolan_responses", object{"index_ids": []any{nil}})
	if number(t, none, "total") != 0 {
		t.Error("a null index searches them all")
	}
	wantError(t, w.readData("portolan_responses", object{"q": "port:("}), "q")
}

// Nothing answered: there is no index, and the data sources take it.
func TestNothingAnswered(t *testing.T) {
	e := enginetest.Start(t)
	w := onServer(t, e)
	state := w.created(scanOf(portOf(t, silentPort(t)), nil))
	if !member(t, state, "index_id").IsNull() || number(t, state, "result_count") != 0 {
		t.Errorf("a scan of nothing has %s", state)
	}
	found := w.data("portolan_responses", object{"scan_id": text(t, state, "id")})
	if number(t, found, "total") != 0 {
		t.Errorf("%d responses", number(t, found, "total"))
	}
}

// What a hostile service says can steer no terminal, and is not lost.
func TestHostileService(t *testing.T) {
	const banner = "220 evil\x1b]0;owned\x07 \u202eftp \u009b31m"
	port := greetingService(t, banner+"\r\n")
	w := onServer(t, enginetest.Start(t))
	state := w.created(scanOf(strconv.Itoa(port), nil))
	list := elements(t, w.data("portolan_responses", object{"scan_id": text(t, state, "id")}), "responses")
	if len(list) != 1 {
		t.Fatalf("%d responses", len(list))
	}
	for _, name := range []string{"uri", "product", "version", "json"} {
		got := text(t, list[0], name)
		if strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%s steers a terminal: %q", name, got)
		}
	}
	var document any
	w.must(json.Unmarshal([]byte(text(t, list[0], "json")), &document))
}

func TestAccResponsesExample(t *testing.T) { testExample(t, "data-sources/portolan_responses") }
