# By the number of the scan.
terraform import portolan_scan.office 349
