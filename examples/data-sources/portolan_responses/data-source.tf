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

# Every web page that answered, and its title.
data "portolan_responses" "pages" {
  scan_id = portolan_scan.office.id
  q       = "prot7:http AND http.status_code:200"
}

output "titles" {
  value = {
    for r in data.portolan_responses.pages.responses : r.uri => try(jsondecode(r.json).http.title, null)
  }
}
