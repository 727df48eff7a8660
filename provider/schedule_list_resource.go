package provider

import "github.com/hashicorp/terraform-plugin-framework/list"

func newScheduleListResource() list.ListResource {
	return newRecordListResource(scheduleRecord())
}
