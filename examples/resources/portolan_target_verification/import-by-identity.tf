import {
  to = portolan_target_verification.shop
  identity = {
    id = "12"
  }
}
