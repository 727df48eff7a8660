variable "scan" {
  description = "Number of the scan that has to end."
  type        = string
}

# When the network team calls:
#
#   terraform apply -invoke=action.portolan_cancel_scan.now -var scan=349
action "portolan_cancel_scan" "now" {
  config {
    scan_id = var.scan
  }
}
