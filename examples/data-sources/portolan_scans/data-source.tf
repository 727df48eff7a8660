# Scans of the last week that came to nothing.
data "portolan_scans" "failed" {
  status        = "failed"
  label         = "^(nightly|weekly)"
  created_after = timeadd(plantimestamp(), "-168h")
}

# The newest that came to its end.
data "portolan_scans" "done" {
  status = "done"
  label  = "^nightly"
  limit  = 1
}

output "failed" {
  value = { for s in data.portolan_scans.failed.scans : s.id => "${s.label}, ${s.created_at}" }
}

output "last_complete" {
  value = one(data.portolan_scans.done.ids)
}
