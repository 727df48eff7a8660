import {
  to = portolan_target.host["shop.example.com"]
  identity = {
    id = "12"
  }
}
