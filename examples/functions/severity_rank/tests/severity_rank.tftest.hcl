run "strictest" {
  command = plan

  assert {
    condition     = output.strictest == 1
    error_message = "The strictest is low, which is 1, and not ${output.strictest}."
  }
}
