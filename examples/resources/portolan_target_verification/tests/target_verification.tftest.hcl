run "verified" {
  assert {
    condition     = portolan_target_verification.shop.verified_at != null
    error_message = "The record is found."
  }
}
