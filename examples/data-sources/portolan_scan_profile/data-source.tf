# Declared by the security team, in a configuration of their own.
data "portolan_scan_profile" "gentle" {
  name = "gentle"
}

output "packets_per_second" {
  value = data.portolan_scan_profile.gentle.rate
}
