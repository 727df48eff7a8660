# Made elsewhere, for example by the ephemeral resource random_password, and kept where
# the job finds it. Terraform keeps it nowhere.
variable "ci_key" {
  description = "Letters and digits, at least 32."
  type        = string
  ephemeral   = true
  sensitive   = true
}

# What a pipeline needs: it may scan, and neither make keys nor accept findings.
resource "portolan_api_key" "ci" {
  name           = "ci of the shop"
  scopes         = ["scan"]
  expires_at     = "2099-01-01T00:00:00Z"
  key_wo         = var.ci_key
  key_wo_version = 1
}

output "key" {
  value = "${portolan_api_key.ci.prefix}…, number ${portolan_api_key.ci.id}"
}
