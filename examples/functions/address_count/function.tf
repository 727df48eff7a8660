variable "targets" {
  type    = list(string)
  default = ["192.168.10.0/24"]

  # Told before anything is scanned, and where the list is written.
  validation {
    condition     = provider::portolan::address_count(var.targets) <= 1024
    error_message = "This is ${provider::portolan::address_count(var.targets)} addresses; ask the network team before scanning more than 1024."
  }
}

resource "portolan_scan" "office" {
  targets = var.targets
}
