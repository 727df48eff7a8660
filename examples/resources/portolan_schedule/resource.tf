resource "portolan_target" "shop" {
  address = "shop.example.com"
}

# Every night at half past two by the clocks of Berlin, summer and winter. If the server
# was off then, one scan is made as soon as it is back.
resource "portolan_schedule" "nightly" {
  name       = "nightly"
  target_ids = [portolan_target.shop.id]
  ports      = "common"
  cron       = "30 2 * * *"
  time_zone  = "Europe/Berlin"
  misfire    = "run_once"
}

# All ports on the evening of each second Tuesday of a month, until the end of 2030. A
# scan that takes longer than a month makes the next one wait.
resource "portolan_schedule" "patch_day" {
  name    = "patch day"
  targets = ["www.example.com"]
  ports   = "all"
  rrule   = "FREQ=MONTHLY;BYDAY=2TU;BYHOUR=22;BYMINUTE=0"
  end_at  = "2030-12-31T23:59:59Z"
  overlap = "queue"
}
