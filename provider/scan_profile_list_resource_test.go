package provider_test

import "testing"

func TestAccListScanProfile(t *testing.T) { queried(t, "portolan_scan_profile") }
