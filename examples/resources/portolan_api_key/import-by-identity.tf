import {
  to = portolan_api_key.ci
  identity = {
    id = "7"
  }
}
