run "sarif" {
  assert {
    condition     = length(jsondecode(output.sarif).runs[0].results) == data.portolan_findings.office.total
    error_message = "Each finding is a result."
  }

  assert {
    condition     = contains(jsondecode(output.sarif).runs[0].results[*].ruleId, "redis.no-auth")
    error_message = "Redis without a password is missing."
  }
}
