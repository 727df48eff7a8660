run "engine" {
  assert {
    condition     = data.portolan_engine.this.mode == "embedded" && data.portolan_engine.this.data_dir != null
    error_message = "The engine is inside the provider."
  }
}
