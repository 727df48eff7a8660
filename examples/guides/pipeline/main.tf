terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

variable "targets" {
  type    = list(string)
  default = ["www.example.com"]
}

variable "ports" {
  type    = string
  default = "common"
}

variable "release" {
  description = "What is deployed; another release is scanned again."
  type        = string
}

variable "fail_on" {
  description = "What fails the pipeline."
  type        = string
  default     = "high"
}

resource "portolan_scan" "release" {
  targets  = var.targets
  ports    = var.ports
  triggers = { release = var.release }
  max_age  = "24h"

  fail_on = var.fail_on
  warn_on = "medium"

  # What is accepted stands beside the configuration, with a reason and an end.
  suppressions_file = "${path.module}/portolan-ignore.yml"
}

output "summary" {
  value = portolan_scan.release.summary
}
