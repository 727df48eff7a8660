package provider_test

import "testing"

func TestAccTarget(t *testing.T) { testExample(t, "resources/portolan_target") }
