terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

resource "portolan_scan_profile" "gentle" {
  name = "gentle"
  rate = 200
}

output "id" {
  value = portolan_scan_profile.gentle.id
}
