import {
  to = portolan_scan.office
  identity = {
    id = "349"
  }
}
