# Scan profiles that somebody made by hand, to be taken over into a configuration:
#
#   terraform query -generate-config-out=profiles.tf
list "portolan_scan_profile" "profiles" {
  provider         = portolan
  include_resource = true

  config {
    name = "^gentle"
  }
}
