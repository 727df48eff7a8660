terraform {
  required_providers {
    portolan = {
      source = "portolan-io/portolan"
    }
  }
}

variable "ports" {
  type    = string
  default = "22,80,443,8000-8100,53/udp,161/udp"
}

# nmap -iL networks.txt --excludefile leave-alone.txt -p T:22,80,443,8000-8100,U:53,161
resource "portolan_scan" "networks" {
  targets_file = "${path.module}/networks.txt"
  exclude      = ["127.0.0.2"]
  ports        = var.ports

  # grep -q 6379/open && exit 1
  fail_on = "rule:redis.*, expr: port == 3389"
}

data "portolan_responses" "networks" {
  scan_id = portolan_scan.networks.id
}

# What nmap -oG had to be cut out of.
output "services" {
  value = sort(distinct([for r in data.portolan_responses.networks.responses : "${r.ip}:${r.port} ${r.protocol}"]))
}
