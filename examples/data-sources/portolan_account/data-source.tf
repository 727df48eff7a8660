variable "targets" {
  type    = list(string)
  default = ["192.168.10.0/28"]
}

variable "ports" {
  type    = string
  default = "common"
}

data "portolan_account" "this" {}

# Tell before the scan, and not in its middle, that it would cost more than is left.
resource "portolan_scan" "office" {
  targets = var.targets
  ports   = var.ports

  lifecycle {
    precondition {
      condition     = data.portolan_account.this.coins.left == null ? true : provider::portolan::address_count(var.targets) <= data.portolan_account.this.coins.left
      error_message = "The plan ${data.portolan_account.this.plan} has not enough coins left."
    }
  }
}
