run "reports" {
  assert {
    condition     = strcontains(output.junit, "<testsuite") && strcontains(output.junit, "redis.no-auth")
    error_message = "Redis without a password is no failure of a test."
  }

  assert {
    condition     = data.portolan_report.markdown.sha256 == sha256(output.comment)
    error_message = "The hash is of something else."
  }
}
