data "portolan_checks" "databases" {
  tags         = ["database"]
  min_severity = "high"
}

variable "accepted" {
  description = "Checks whose findings are accepted, for example while a migration goes on."
  type        = set(string)
  default     = ["redis.no-auth"]

  # A misspelt check would accept nothing, and say so to nobody.
  validation {
    condition     = length(setsubtract(var.accepted, data.portolan_checks.databases.ids)) == 0
    error_message = "No check about databases is called ${join(" or ", setsubtract(var.accepted, data.portolan_checks.databases.ids))}."
  }
}

output "looked_for" {
  value = { for c in data.portolan_checks.databases.checks : c.id => c.title }
}
