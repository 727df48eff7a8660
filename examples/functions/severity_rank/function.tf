variable "accepted" {
  description = "The worst severity that may be found, by environment."
  type        = map(string)
  default = {
    production = "low"
    staging    = "high"
  }
}

# The strictest of all: numbers can be compared, words cannot.
output "strictest" {
  value = min([for severity in values(var.accepted) : provider::portolan::severity_rank(severity)]...)
}
