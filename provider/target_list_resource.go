package provider

import "github.com/hashicorp/terraform-plugin-framework/list"

func newTargetListResource() list.ListResource { return newRecordListResource(targetRecord()) }
