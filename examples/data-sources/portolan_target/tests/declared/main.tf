terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

resource "portolan_target" "shop" {
  address     = "SHOP.example.com"
  owner       = "@team-web"
  criticality = "critical"
}

output "id" {
  value = portolan_target.shop.id
}
