variable "targets" {
  type    = list(string)
  default = ["192.168.10.0/28"]
}

variable "ports" {
  type    = string
  default = "common"
}

resource "portolan_scan" "office" {
  targets = var.targets
  ports   = var.ports
}

data "portolan_findings" "office" {
  scan_id = portolan_scan.office.id
}

# One read, and two lists of it: what wakes somebody up, and what can wait.
locals {
  urgent = provider::portolan::severity_at_least(data.portolan_findings.office.findings, "high")
  later  = [for f in data.portolan_findings.office.findings : f if !contains(local.urgent, f)]
}

output "urgent" {
  value = [for f in local.urgent : "${f.host}:${f.port} ${f.title}"]
}

output "later" {
  value = [for f in local.later : "${f.host}:${f.port} ${f.title}"]
}
