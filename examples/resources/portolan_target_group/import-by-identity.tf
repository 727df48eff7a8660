import {
  to = portolan_target_group.web
  identity = {
    id = "21"
  }
}
