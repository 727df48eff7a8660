# Printers and controllers fall over when they are asked too fast.
resource "portolan_scan_profile" "gentle" {
  name        = "gentle"
  description = "For what stands in the plant: few ports, one packet at a time."
  ports       = "22,80,443,502,9100,161/udp"
  mode        = "connect"
  rate        = 200
  host_rate   = 10

  # Old devices speak old TLS; that is known.
  checks = {
    skip = ["tls"]
  }
}
