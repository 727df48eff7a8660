run "hosts" {
  command = plan

  assert {
    condition     = output.hosts == tolist(["192.0.2.8", "192.0.2.9", "192.0.2.10", "192.0.2.11", "gateway.example.com"])
    error_message = "Each host once and in order, not ${jsonencode(output.hosts)}."
  }

  assert {
    condition     = length(portolan_scan.gateway) == 5
    error_message = "One scan for each."
  }
}
