package provider_test

import "testing"

func TestAccTargetGroup(t *testing.T) { testExample(t, "resources/portolan_target_group") }
