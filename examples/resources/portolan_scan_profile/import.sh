# By the id or by the name of the profile.
terraform import portolan_scan_profile.gentle gentle
