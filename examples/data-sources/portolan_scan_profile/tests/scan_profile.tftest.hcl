run "declare" {
  module {
    source = "./tests/declared"
  }
}

run "look_up" {
  assert {
    condition     = data.portolan_scan_profile.gentle.id == run.declare.id && output.packets_per_second == 200
    error_message = "The profile is found by its name."
  }
}
