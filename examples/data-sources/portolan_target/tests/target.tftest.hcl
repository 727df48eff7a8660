run "declare" {
  module {
    source = "./tests/declared"
  }
}

run "look_up" {
  assert {
    condition     = data.portolan_target.shop.id == run.declare.id && output.owner == "@team-web"
    error_message = "The target is found by its address."
  }
}
