run "known" {
  assert {
    condition     = contains(keys(output.looked_for), "redis.no-auth") && length(output.looked_for) > 5
    error_message = "Checks are missing: ${join(", ", keys(output.looked_for))}."
  }
}

run "misspelt" {
  command         = plan
  expect_failures = [var.accepted]

  variables {
    accepted = ["redis.noauth"]
  }
}
