# Fails the apply when what is exposed differs from what is declared.
resource "portolan_scan" "shop" {
  targets = ["shop.example.com", "192.0.2.0/28"]
  exclude = ["192.0.2.1"]
  ports   = "22,80,443,8000-8100"

  expect = [
    { host = "shop.example.com", port = "80,443", service = "http", owner = "@team-shop" },
    { host = "shop.example.com", port = "443", service = "https", tls_min = "1.2", owner = "@team-shop" },
    { host = "192.0.2.0/28", port = "22", service = "ssh", owner = "@ops" },
  ]

  fail_on = "high"
}
