resource "portolan_target" "shop" {
  address = "shop.example.com"
}

# Stands for the resource of your DNS provider, such as aws_route53_record.
resource "terraform_data" "record" {
  input = portolan_target.shop.verification_record
}

# Waits until the engine sees the record.
resource "portolan_target_verification" "shop" {
  target_id = portolan_target.shop.id
  method    = "dns"

  timeouts = {
    create = "30m"
  }

  depends_on = [terraform_data.record]
}
