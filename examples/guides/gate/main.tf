# Fails the apply on findings of severity high or critical, until they are mended.
resource "portolan_scan" "edge" {
  targets = ["192.0.2.10", "www.example.com"]
  ports   = "common"
  fail_on = "high"
}
