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

# Whole documents, banners and pages included: none of it is for a state.
ephemeral "portolan_responses" "office" {
  scan_id = portolan_scan.office.id
  size    = 100
}

# A script of ours looks for what must not be seen outside.
resource "terraform_data" "leaks" {
  input = portolan_scan.office.id

  provisioner "local-exec" {
    command = "! printenv DOCUMENTS | grep -qi 'for internal use only'"
    environment = {
      DOCUMENTS = join("\n", ephemeral.portolan_responses.office.responses[*].json)
    }
  }
}
