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

# After something was mended, without changing the configuration:
#
#   terraform apply -invoke=action.portolan_rescan.office
action "portolan_rescan" "office" {
  config {
    scan_id = portolan_scan.office.id
    fail_on = "high"

    timeouts = {
      invoke = "30m"
    }
  }
}
