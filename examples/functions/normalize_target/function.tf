variable "owners" {
  description = "Who is answerable for what, in whatever spelling people have written it."
  type        = map(string)
  default = {
    "WWW.Example.com."  = "@web"
    "192.168.10.17/24"  = "@office"
    "2001:DB8:0:0:0::1" = "@network"
  }
}

# Keys that can be looked up by what findings call a target.
output "owners" {
  value = { for target, owner in var.owners : provider::portolan::normalize_target(target) => owner }
}
