run "declared" {
  assert {
    condition     = length(portolan_target_group.web.target_ids) == 2
    error_message = "Both targets are in the group."
  }
}
