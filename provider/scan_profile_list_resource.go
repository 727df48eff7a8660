package provider

import "github.com/hashicorp/terraform-plugin-framework/list"

func newScanProfileListResource() list.ListResource {
	return newRecordListResource(scanProfileRecord())
}
