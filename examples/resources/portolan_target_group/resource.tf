resource "portolan_target" "web" {
  for_each = toset(["www.example.com", "shop.example.com"])
  address  = each.key
}

# Whoever scans the group scans what is in it then.
resource "portolan_target_group" "web" {
  name        = "web"
  description = "What faces the world."
  target_ids  = [for target in portolan_target.web : target.id]
}
