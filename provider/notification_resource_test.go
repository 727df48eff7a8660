package provider_test

import "testing"

func TestAccNotification(t *testing.T) { testExample(t, "resources/portolan_notification") }
