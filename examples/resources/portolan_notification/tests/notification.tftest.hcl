variables {
  webhook_secret = "of the test, and in no state"
}

run "declared" {
  assert {
    condition     = portolan_notification.ops.enabled && portolan_notification.ops.secret_wo == null
    error_message = "It tells, and its secret is in no state."
  }
}
