# By the number of the key.
terraform import portolan_api_key.ci 7
