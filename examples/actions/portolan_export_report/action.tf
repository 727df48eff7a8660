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

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.portolan_export_report.office]
    }
  }
}

# A page for people, beside the configuration and not in the state.
action "portolan_export_report" "office" {
  config {
    scan_id = portolan_scan.office.id
    format  = "html"
    file    = "${path.root}/office.html"
  }
}
