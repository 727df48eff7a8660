run "titles" {
  assert {
    condition     = length(output.titles) > 0
    error_message = "No web page answered."
  }
}
