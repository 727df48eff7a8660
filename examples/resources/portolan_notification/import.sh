# By the id or by the name of the notification.
terraform import portolan_notification.ops ops
