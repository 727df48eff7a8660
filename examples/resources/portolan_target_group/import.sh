# By the id or by the name of the group.
terraform import portolan_target_group.web web
