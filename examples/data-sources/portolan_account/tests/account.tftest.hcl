run "unlimited" {
  assert {
    condition     = data.portolan_account.this.plan == "self-hosted" && data.portolan_account.this.limits.scan_coins == null
    error_message = "Who runs the engine has no limits."
  }
}
