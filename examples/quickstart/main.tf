# Scan this machine with nothing set up: the engine runs inside the provider.
#
#   terraform apply
#   terraform apply -var 'targets=["192.168.1.0/28"]' -var ports=22,80,443

terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

provider "portolan" {}

variable "targets" {
  description = "What to scan: addresses, CIDRs or names that are yours."
  type        = list(string)
  default     = ["127.0.0.1"]
}

variable "ports" {
  description = "Ports to look at: a list such as 22,80,8000-8100, or common, default, all."
  type        = string
  default     = "common"
}

resource "portolan_scan" "quickstart" {
  targets = var.targets
  ports   = var.ports
  label   = "quickstart"
}

data "portolan_responses" "quickstart" {
  scan_id = portolan_scan.quickstart.id
}

data "portolan_findings" "quickstart" {
  scan_id = portolan_scan.quickstart.id
}

output "status" {
  value = "scan ${portolan_scan.quickstart.id}: ${portolan_scan.quickstart.status}, ${portolan_scan.quickstart.summary.open_ports} open ports, ${portolan_scan.quickstart.summary.total} findings"
}

output "open_ports" {
  description = "Address, protocol, software and version of every service that answered."
  value = sort(distinct([
    for r in data.portolan_responses.quickstart.responses : join(" ", distinct(compact([
      strcontains(r.ip, ":") ? "[${r.ip}]:${r.port}" : "${r.ip}:${r.port}",
      r.protocol, try(lower(r.product), null), r.version,
    ])))
  ]))
}

output "findings" {
  description = "The findings, worst first."
  value = [
    for f in data.portolan_findings.quickstart.findings : format("%-8s  %-21s  %s", f.severity, "${f.host}:${f.port}", f.title)
  ]
}

output "findings_by_severity" {
  value = { for severity, n in data.portolan_findings.quickstart.counts : severity => n if n > 0 && severity != "total" }
}
