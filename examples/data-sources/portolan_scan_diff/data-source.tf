variable "targets" {
  type    = list(string)
  default = ["192.168.10.0/28"]
}

variable "ports" {
  type    = string
  default = "common"
}

resource "portolan_scan" "before" {
  targets = var.targets
  ports   = var.ports
}

# Stands for whatever is changed.
resource "terraform_data" "change" {
  input = portolan_scan.before.id
}

resource "portolan_scan" "after" {
  targets  = var.targets
  ports    = var.ports
  triggers = { change = terraform_data.change.id }
}

data "portolan_scan_diff" "change" {
  scan_id = portolan_scan.after.id
  base_id = portolan_scan.before.id
}

output "opened" {
  value = [for p in data.portolan_scan_diff.change.opened_ports : "${p.ip}:${p.port}"]
}

output "new" {
  value = [for f in data.portolan_scan_diff.change.new : "${f.uri}: ${f.title}"]
}
