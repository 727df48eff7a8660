package provider_test

import "testing"

func TestAccTargetDataSource(t *testing.T) { testExample(t, "data-sources/portolan_target") }
