import {
  to = portolan_schedule.nightly
  identity = {
    id = "31"
  }
}
