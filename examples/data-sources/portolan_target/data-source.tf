data "portolan_target" "shop" {
  address = "shop.example.com"
}

# Nothing critical is shipped without somebody who answers for it.
output "owner" {
  value = data.portolan_target.shop.owner

  precondition {
    condition     = data.portolan_target.shop.criticality != "critical" || data.portolan_target.shop.owner != null
    error_message = "shop.example.com is critical, and nobody owns it."
  }
}
