# Target groups that no configuration knows yet, to be taken over into a configuration:
#
#   terraform query -generate-config-out=groups.tf
list "portolan_target_group" "groups" {
  provider         = portolan
  include_resource = true

  config {
    name = "."
  }
}
