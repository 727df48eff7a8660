package provider

import "github.com/hashicorp/terraform-plugin-framework/datasource"

func newScanProfileDataSource() datasource.DataSource {
	return newRecordDataSource(scanProfileRecord(), "name")
}
