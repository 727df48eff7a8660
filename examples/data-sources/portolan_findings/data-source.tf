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

# The worst findings on web ports.
data "portolan_findings" "web" {
  scan_id      = portolan_scan.office.id
  min_severity = "medium"
  ports        = [80, 443, 8080, 8443]
  limit        = 50
}

output "to_do" {
  value = [
    for f in data.portolan_findings.web.findings : "${f.uri}: ${f.title}. ${f.remedy}"
  ]
}

# What can be exploited or is very bad, wherever it is.
data "portolan_findings" "urgent" {
  scan_id = portolan_scan.office.id
  query   = "kev || cvss >= 9 || severity >= high"
}

output "urgent" {
  value = data.portolan_findings.urgent.findings[*].rule
}

# Tell, without failing the apply, when something critical is exposed.
check "nothing_critical" {
  assert {
    condition     = data.portolan_findings.web.counts.critical == 0
    error_message = "${data.portolan_findings.web.counts.critical} critical findings."
  }
}
