# By the id of the target.
terraform import portolan_target_verification.shop 12
