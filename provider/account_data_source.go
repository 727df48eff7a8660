package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// accountDataSource is portolan_account: what the key's owner may do, and has done.
type accountDataSource struct{ engineData }

var _ datasource.DataSourceWithConfigure = (*accountDataSource)(nil)

func newAccountDataSource() datasource.DataSource { return &accountDataSource{} }

type accountModel struct {
	UserID types.Int64  `tfsdk:"user_id"`
	Email  types.String `tfsdk:"email"`
	Plan   types.String `tfsdk:"plan"`
	IsFree types.Bool   `tfsdk:"is_free"`
	Coins  types.Object `tfsdk:"coins"`
	Limits types.Object `tfsdk:"limits"`
	Usage  types.Object `tfsdk:"usage"`
}

// Metadata names the data source.
func (d *accountDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_account"
}

// Schema describes the data source.
func (d *accountDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The user the provider acts for: plan, limits and what is used of them.",
		Attributes: map[string]schema.Attribute{
			"user_id": intResult("Number of the user."),
			"email":   textResult("E-mail address of the user."),
			"plan":    textResult("Name of the plan."),
			"is_free": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the plan costs nothing."},
			"coins":   figures("Scan coins of this month (UTC): one for each address or name that is scanned. All are null where the plan does not count them, but for what was spent.", coinDescriptions()),
			"limits":  figures("What the plan allows; null is without limit.", limitDescriptions()),
			"usage":   figures("What counts against the limits.", usageDescriptions()),
		},
	}
}

func coinDescriptions() map[string]string {
	return map[string]string{"amount": "Coins of the plan.", "left": "Coins that are left.", "reserved": "Coins reserved by scans that have not ended.", "spent": "Coins that were spent."}
}

func limitDescriptions() map[string]string {
	return map[string]string{
		"stored_scans": "Scans kept at the same time.", "targets_per_scan": "Addresses and names in one scan.", "scans_at_once": "Scans that run at the same time.",
		"scan_coins": "Coins a month.", "requests_per_day": "Requests a day.", "requests_per_minute": "Requests a minute.", "download": "Documents in one download.",
	}
}

func usageDescriptions() map[string]string {
	return map[string]string{"stored_scans": "Scans that are kept.", "requests_today": "Requests of today (UTC); counted only where the plan limits them."}
}

// figures is an object of numbers.
func figures(description string, descriptions map[string]string) schema.Attribute {
	members := map[string]schema.Attribute{}
	for name, text := range descriptions {
		members[name] = intResult(text)
	}
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: members}
}

// Read asks the engine for the account.
func (d *accountDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	account, err := d.read(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "read the account", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, recordAccount(account))...)
}

func (d *accountDataSource) read(ctx context.Context) (client.Account, error) {
	c, err := d.connection.dial(ctx)
	if err != nil {
		return client.Account{}, err
	}
	return c.Account(ctx)
}

func recordAccount(account client.Account) *accountModel {
	limits := map[string]types.Int64{}
	for name := range limitDescriptions() {
		limits[name] = limitValue(account.Limits[name])
	}
	amount, usage := account.Limits["scan_coins"], account.Usage
	left := limitValue(amount)
	if !left.IsNull() {
		left = types.Int64Value(max(0, amount-usage.CoinsReserved-usage.CoinsSpent))
	}
	return &accountModel{
		UserID: types.Int64Value(int64(account.User.ID)), Email: hostText(account.User.Email),
		Plan: hostText(account.Plan.Name), IsFree: types.BoolValue(account.Plan.Free),
		Coins: figuresObject(map[string]types.Int64{
			"amount": limitValue(amount), "left": left, "reserved": types.Int64Value(usage.CoinsReserved), "spent": types.Int64Value(usage.CoinsSpent),
		}),
		Limits: figuresObject(limits),
		Usage:  figuresObject(map[string]types.Int64{"stored_scans": types.Int64Value(usage.StoredScans), "requests_today": types.Int64Value(usage.RequestsToday)}),
	}
}

// limitValue is null without a limit: a number would be compared with.
func limitValue(limit int64) types.Int64 {
	if limit == engine.Unlimited {
		return types.Int64Null()
	}
	return types.Int64Value(limit)
}

func figuresObject(figures map[string]types.Int64) types.Object {
	ofTypes, members := map[string]attr.Type{}, map[string]attr.Value{}
	for name, n := range figures {
		ofTypes[name], members[name] = types.Int64Type, n
	}
	return types.ObjectValueMust(ofTypes, members)
}
