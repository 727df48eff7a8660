variable "endpoint" {
  type    = string
  default = "https://portolan.example.com"
}

variable "targets" {
  type    = list(string)
  default = ["192.168.10.0/28"]
}

variable "ports" {
  type    = string
  default = "common"
}

# The key of this run comes from PORTOLAN_API_KEY, and may do everything.
provider "portolan" {
  endpoint = var.endpoint
}

ephemeral "portolan_api_key" "scans" {
  name   = "scans of this run"
  scopes = ["scan"]
}

# A provider for modules of others: it may scan, and its key ends with the run.
provider "portolan" {
  alias    = "scans"
  endpoint = var.endpoint
  api_key  = ephemeral.portolan_api_key.scans.key
}

resource "portolan_scan" "office" {
  provider = portolan.scans
  targets  = var.targets
  ports    = var.ports
}
