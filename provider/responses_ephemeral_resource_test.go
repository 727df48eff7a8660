package provider_test

import (
	"strconv"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// An ephemeral resource and a data source give the same.
func TestEphemeralResponses(t *testing.T) {
	const name = "portolan_responses"
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	w.created(scanOf(strconv.Itoa(zoo.Get("redis").Port), nil))
	config := object{"scan_id": "1", "q": "protocol:redis", "fields": []string{"redis"}, "source_type": "exclude"}
	got, want := w.opened(name, w.openEphemeral(name, config)), w.data(name, config)
	if !got.Equal(want) || number(t, got, "total") != 1 {
		t.Errorf("opened\n%s\nthe data source has\n%s", got, want)
	}
	wantError(t, w.openEphemeral(name, object{"scan_id": "1", "q": "port:("}), "q")
	wantError(t, w.validateEphemeral(name, object{"scan_id": "1", "index_ids": []any{int64(1)}}), "scan_id")
	wantError(t, w.validateEphemeral(name, object{"source_type": "exclude"}), "source_type", "fields")
}

func TestAccEphemeralResponses(t *testing.T) {
	testExample(t, "ephemeral-resources/portolan_responses")
}
