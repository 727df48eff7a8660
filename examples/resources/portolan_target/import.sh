# By the id of the target, or by its address, however that is spelled.
terraform import 'portolan_target.host["shop.example.com"]' shop.example.com
