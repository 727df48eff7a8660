run "by_type" {
  command = plan

  assert {
    condition     = output.by_type["cidr"] == ["192.168.10.0/28", "2001:db8::/120"] && output.by_type["domain"] == ["www.example.com"]
    error_message = "Not told apart: ${jsonencode(output.by_type)}."
  }
}
