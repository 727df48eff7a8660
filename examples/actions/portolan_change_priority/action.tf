variable "scan" {
  description = "Number of the scan that cannot wait."
  type        = string
}

# To the front of the queue:
#
#   terraform apply -invoke=action.portolan_change_priority.urgent -var scan=349
action "portolan_change_priority" "urgent" {
  config {
    scan_id = var.scan
    shift   = -1000
  }
}
