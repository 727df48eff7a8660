run "declared" {
  assert {
    condition     = portolan_target.host["shop.example.com"].criticality == "critical" && portolan_target.host["192.0.2.0/28"].criticality == "normal"
    error_message = "Each target is as critical as was said."
  }

  assert {
    condition     = !portolan_target.host["shop.example.com"].verified && portolan_target.host["shop.example.com"].verification_record.name == "_portolan-challenge.shop.example.com"
    error_message = "A new target is not verified."
  }
}
