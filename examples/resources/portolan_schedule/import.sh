# By the id or by the name of the schedule.
terraform import portolan_schedule.nightly nightly
