package provider_test

import "testing"

func TestAccListTarget(t *testing.T) { queried(t, "portolan_target") }
