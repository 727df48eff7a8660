package provider_test

import "testing"

func TestAccScanProfileDataSource(t *testing.T) { testExample(t, "data-sources/portolan_scan_profile") }
