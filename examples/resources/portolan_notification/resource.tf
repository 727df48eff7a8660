variable "webhook_secret" {
  type        = string
  sensitive   = true
  description = "Key of the signatures, such as openssl rand -base64 32 makes; the receiver knows it too."
}

# A program is told of every scan that fails, and of what is new and grave.
resource "portolan_notification" "ops" {
  name         = "ops"
  kind         = "webhook"
  url          = "https://hooks.example.com/portolan"
  events       = ["findings.new", "scan.failed", "schedule.failed"]
  min_severity = "high"

  # In no state: another number says that the secret is another.
  secret_wo         = var.webhook_secret
  secret_wo_version = 1
}
