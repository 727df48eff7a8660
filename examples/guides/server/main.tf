terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

variable "networks" {
  type    = list(string)
  default = ["192.0.2.0/24"]
}

variable "ports" {
  type    = string
  default = "default"
}

# Endpoint and key come from PORTOLAN_ENDPOINT and PORTOLAN_API_KEY.
provider "portolan" {
  allowed_targets = var.networks
}

# The server goes on when apply has ended, so a long scan need not be waited for.
resource "portolan_scan" "networks" {
  targets    = var.networks
  ports      = var.ports
  label      = "all networks"
  wait       = false
  on_destroy = "keep"
}

output "scan" {
  value = portolan_scan.networks.url
}
