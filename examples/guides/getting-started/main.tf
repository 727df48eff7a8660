terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

variable "targets" {
  description = "What to scan: addresses, CIDRs or names that are yours."
  type        = list(string)
  default     = ["127.0.0.1"]
}

variable "ports" {
  description = "Ports: a list such as 22,80,8000-8100, or common, default, all."
  type        = string
  default     = "common"
}

# No provider block: the engine runs inside the provider.
resource "portolan_scan" "first" {
  targets = var.targets
  ports   = var.ports
}

data "portolan_findings" "first" {
  scan_id = portolan_scan.first.id
}

output "open_ports" {
  value = portolan_scan.first.summary.open_ports
}

output "findings" {
  value = [for f in data.portolan_findings.first.findings : "${f.severity}: ${f.host}:${f.port} ${f.title}"]
}
