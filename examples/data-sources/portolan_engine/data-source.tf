data "portolan_engine" "this" {}

# Connecting is slower than bare SYN packets, and every service hears of it.
check "may_send_syn" {
  assert {
    condition     = contains(data.portolan_engine.this.capabilities, "syn")
    error_message = "Engine ${data.portolan_engine.this.id} may not open raw sockets: give it CAP_NET_RAW."
  }
}

output "engine" {
  value = "${data.portolan_engine.this.version}, ${data.portolan_engine.this.mode}"
}
