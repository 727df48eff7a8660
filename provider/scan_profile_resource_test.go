package provider_test

import "testing"

func TestAccScanProfile(t *testing.T) { testExample(t, "resources/portolan_scan_profile") }
