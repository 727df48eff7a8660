# Complete nightly scans of this year, to be taken over into a configuration:
#
#   terraform query -generate-config-out=scans.tf
list "portolan_scan" "nightly" {
  provider         = portolan
  include_resource = true
  limit            = 20

  config {
    label         = "^nightly"
    status        = "done"
    created_after = "2026-01-01T00:00:00Z"
  }
}
