package provider

import "github.com/hashicorp/terraform-plugin-framework/list"

func newTargetGroupListResource() list.ListResource {
	return newRecordListResource(targetGroupRecord())
}
