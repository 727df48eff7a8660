data "portolan_scan" "nightly" {
  label       = "nightly"
  most_recent = true
}

variable "enforce" {
  description = "Whether a deployment stops while last night's scan does not pass."
  type        = bool
  default     = true
}

# No scan is made: the one of last night decides whether this configuration is applied.
data "portolan_gate" "nightly" {
  scan_id = data.portolan_scan.nightly.id
  policy  = "high, rule:redis.*"
  enforce = var.enforce

  suppressions = [{
    rule    = "tls.*"
    reason  = "The balancer is replaced in March."
    expires = formatdate("YYYY-MM-DD", timeadd(plantimestamp(), "720h"))
  }]
}

output "verdict" {
  value = data.portolan_gate.nightly.verdict
}

output "why" {
  value = [for f in data.portolan_gate.nightly.violations : "${f.host}:${f.port} ${f.title}"]
}
