variable "networks" {
  description = "Where our gateways are."
  type        = list(string)
  default     = ["192.0.2.8/30", "192.0.2.9", "Gateway.example.com."]
}

# One scan for each host, so that each can be repeated alone.
resource "portolan_scan" "gateway" {
  for_each = toset(provider::portolan::expand_targets(var.networks))
  targets  = [each.key]
  ports    = "443"
}

output "hosts" {
  value = provider::portolan::expand_targets(var.networks)
}
