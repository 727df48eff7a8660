run "owners" {
  command = plan

  assert {
    condition     = output.owners == { "www.example.com" = "@web", "192.168.10.0/24" = "@office", "2001:db8::1" = "@network" }
    error_message = "One spelling of each, not ${jsonencode(output.owners)}."
  }
}
