package provider_test

import "testing"

func TestAccListTargetGroup(t *testing.T) { queried(t, "portolan_target_group") }
