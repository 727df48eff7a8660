run "lists" {
  assert {
    condition     = length(output.failed) == 0
    error_message = "No scan has failed."
  }

  assert {
    condition     = output.last_complete == "2"
    error_message = "The second of two scans is the newest."
  }
}
