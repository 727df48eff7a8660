run "says_so" {
  variables {
    enforce = false
  }

  assert {
    condition     = output.verdict == "failed" && length(output.why) > 0
    error_message = "Redis without a password passes: ${output.verdict}."
  }
}
