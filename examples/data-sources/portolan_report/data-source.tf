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

# For the tests of a pipeline: each check is a test, each finding a failure.
data "portolan_report" "junit" {
  scan_id = portolan_scan.office.id
  format  = "junit"
  policy  = "high"
}

# For a comment of a pull request.
data "portolan_report" "markdown" {
  scan_id = portolan_scan.office.id
  format  = "markdown"
  policy  = "high"
}

output "junit" {
  value = data.portolan_report.junit.content
}

output "comment" {
  value = data.portolan_report.markdown.content
}
