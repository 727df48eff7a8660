package provider

import "github.com/hashicorp/terraform-plugin-framework/datasource"

func newTargetDataSource() datasource.DataSource {
	return newRecordDataSource(targetRecord(), "address")
}
