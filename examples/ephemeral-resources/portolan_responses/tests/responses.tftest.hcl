run "no_leaks" {
  assert {
    condition     = terraform_data.leaks.output == portolan_scan.office.id
    error_message = "The script did not run."
  }
}
