variable "image" {
  description = "What is deployed."
  type        = string
  default     = "web:1.0"
}

variable "targets" {
  type    = list(string)
  default = ["192.168.10.7"]
}

variable "ports" {
  type    = string
  default = "common"
}

# Stands for whatever is deployed.
resource "terraform_data" "web" {
  input = var.image

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.portolan_scan.web]
    }
  }
}

# Look at once whether a deployment has opened something.
action "portolan_scan" "web" {
  config {
    targets = var.targets
    ports   = var.ports
    label   = "after ${var.image}"
    warn_on = "critical"
  }
}
