package provider_test

import "testing"

func TestAccListSchedule(t *testing.T) { queried(t, "portolan_schedule") }
