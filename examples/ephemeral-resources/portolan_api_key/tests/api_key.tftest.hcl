run "scan" {
  assert {
    condition     = portolan_scan.office.status == "done"
    error_message = "The key of the run does not scan."
  }
}
