import {
  to = portolan_notification.ops
  identity = {
    id = "41"
  }
}
