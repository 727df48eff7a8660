# Last night found something, and the check says so without failing the run.
run "last_night" {
  expect_failures = [check.nightly_is_clean]

  assert {
    condition     = startswith(output.scanned, "1 addresses, ")
    error_message = "The scan is not of one address: ${output.scanned}."
  }
}
