variable "release" {
  description = "What is deployed; another release is scanned again."
  type        = string
  default     = "v1"
}

# Fails the apply on findings of severity high or critical. The scan is then
# tainted: mend what was found, apply again, and it is repeated.
resource "portolan_scan" "office" {
  targets = ["192.168.10.0/28", "printer.example.com"]
  exclude = ["192.168.10.1"]
  ports   = "common,9200,27017"
  label   = "office ${var.release}"

  triggers = {
    release = var.release
  }

  fail_on = "high"
  warn_on = "medium>=10"

  suppressions = [{
    rule    = "tls.cert-self-signed"
    target  = "printer.example.com"
    reason  = "the printer makes its own; it is reached from inside only"
    expires = "2027-06-30"
  }]

  timeouts = {
    create = "30m"
  }
}

output "exposure" {
  value = portolan_scan.office.summary
}
