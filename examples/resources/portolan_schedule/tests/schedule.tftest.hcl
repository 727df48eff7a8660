run "planned" {
  assert {
    condition     = formatdate("mm", portolan_schedule.nightly.next_run_at) == "30" && portolan_schedule.nightly.enabled
    error_message = "It runs at half past an hour of UTC."
  }

  assert {
    condition     = formatdate("EEE hh:mm", portolan_schedule.patch_day.next_run_at) == "Tue 22:00"
    error_message = "It runs on a Tuesday evening."
  }
}
