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

# Everything a job leaves is in one folder, which it may cache or throw away.
provider "portolan" {
  embedded = {
    data_dir = "${path.root}/.portolan"
    keep     = "720h"
  }
}

resource "portolan_scan" "job" {
  targets = var.targets
  ports   = var.ports
  fail_on = "high"
}
