terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

variable "release" {
  description = "What is deployed; another release is scanned again."
  type        = string
}

resource "portolan_scan" "release" {
  targets  = ["www.example.com"]
  ports    = "common"
  triggers = { release = var.release }
}

# Judges the scan again in every plan, without scanning: what is decided meanwhile counts.
data "portolan_gate" "release" {
  scan_id = portolan_scan.release.id
  policy  = "high"
  enforce = true
}

output "verdict" {
  value = data.portolan_gate.release.verdict
}
