variable "hosts" {
  description = "What we run, and who is answerable for it."
  type        = map(object({ owner = string, criticality = optional(string, "normal") }))
  default = {
    "shop.example.com" = { owner = "@team-web", criticality = "critical" }
    "192.0.2.0/28"     = { owner = "@team-network" }
  }
}

resource "portolan_target" "host" {
  for_each = var.hosts

  address     = each.key
  owner       = each.value.owner
  criticality = each.value.criticality
  tags        = ["production"]

  labels = {
    managed-by = "terraform"
  }
}
