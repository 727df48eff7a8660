variable "inventory" {
  type    = list(string)
  default = ["192.0.2.10", "192.168.10.0/28", "www.example.com", "2001:db8::/120"]
}

# Names, addresses and networks apart: {cidr = [...], domain = [...], ip = [...]}
output "by_type" {
  value = { for target in var.inventory : provider::portolan::target_type(target) => target... }
}
