run "urgent" {
  assert {
    condition     = length(output.urgent) > 0
    error_message = "Redis without a password is urgent."
  }

  assert {
    condition     = length(output.urgent) + length(output.later) == data.portolan_findings.office.total
    error_message = "A finding is in neither list, or in both."
  }
}
