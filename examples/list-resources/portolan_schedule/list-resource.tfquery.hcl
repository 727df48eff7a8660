# Schedules whose name begins with nightly, to be taken over into a configuration:
#
#   terraform query -generate-config-out=schedules.tf
list "portolan_schedule" "nightly" {
  provider         = portolan
  include_resource = true

  config {
    name = "^nightly"
  }
}
