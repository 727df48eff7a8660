run "small" {
  command = plan

  variables {
    targets = ["192.168.10.0/24"]
  }

  assert {
    condition     = portolan_scan.office.address_count == 256
    error_message = "The scan counts as the function does."
  }
}

run "large" {
  command         = plan
  expect_failures = [var.targets]

  variables {
    targets = ["10.0.0.0/16"]
  }
}
