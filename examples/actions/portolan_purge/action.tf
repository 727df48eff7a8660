# Nightly scans are of use for 90 days; the last seven stay in any case.
#
#   terraform apply -invoke=action.portolan_purge.nightly
action "portolan_purge" "nightly" {
  config {
    label     = "^nightly"
    keep      = "2160h"
    keep_last = 7
  }
}
