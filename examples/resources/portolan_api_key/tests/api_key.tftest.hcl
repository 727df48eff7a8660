run "key" {
  variables {
    ci_key = "ShopPipeline0123456789ShopPipeline"
  }

  assert {
    condition     = startswith(output.key, "ShopPi…")
    error_message = "The key is known by its beginning, not ${output.key}."
  }
}
