# What the schedule has scanned last night, wherever it was declared.
data "portolan_scan" "nightly" {
  label       = "nightly"
  most_recent = true
}

data "portolan_findings" "nightly" {
  scan_id      = data.portolan_scan.nightly.id
  min_severity = "high"
}

check "nightly_is_clean" {
  assert {
    condition     = data.portolan_scan.nightly.status == "done" && data.portolan_findings.nightly.total == 0
    error_message = "Scan ${data.portolan_scan.nightly.id} of ${data.portolan_scan.nightly.ended_at} has ${data.portolan_findings.nightly.total} findings of severity high or worse."
  }
}

output "scanned" {
  value = "${data.portolan_scan.nightly.address_count} addresses, ${data.portolan_scan.nightly.summary.open_ports} open ports"
}
