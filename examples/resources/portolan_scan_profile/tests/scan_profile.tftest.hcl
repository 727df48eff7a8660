run "declared" {
  assert {
    condition     = portolan_scan_profile.gentle.version == 1 && portolan_scan_profile.gentle.id != ""
    error_message = "The engine keeps the profile."
  }
}

run "planned_again" {
  command = plan

  assert {
    condition     = portolan_scan_profile.gentle.version == 1
    error_message = "Nothing has changed."
  }
}
