# Targets of the shop that are declared somewhere, to be taken over into a configuration:
#
#   terraform query -generate-config-out=shops.tf
list "portolan_target" "shops" {
  provider         = portolan
  include_resource = true

  config {
    name = "shop"
  }
}
