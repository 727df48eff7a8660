run "findings" {
  assert {
    condition     = contains(output.urgent, "redis.no-auth")
    error_message = "Redis without a password is urgent, and not ${join(", ", output.urgent)} alone."
  }
}
