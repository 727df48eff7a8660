import {
  to = portolan_scan_profile.gentle
  identity = {
    id = "7"
  }
}
