package provider_test

import "testing"

func TestAccSchedule(t *testing.T) { testExample(t, "resources/portolan_schedule") }
