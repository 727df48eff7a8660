run "nothing_changes" {
  assert {
    condition     = length(output.opened) == 0 && length(output.new) == 0 && data.portolan_scan_diff.change.unchanged > 0
    error_message = "Two scans of the same differ: ${jsonencode(output.new)}."
  }
}
