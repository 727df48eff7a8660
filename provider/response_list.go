package provider

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// responseType is the type of one response.
func responseType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"uri": types.StringType, "host": types.StringType, "ip": types.StringType, "port": types.Int64Type,
		"protocol": types.StringType, "product": types.StringType, "version": types.StringType, "json": types.StringType,
	}}
}

// responseList gives documents as the value of a list attribute.
func responseList(documents []json.RawMessage) (types.List, error) {
	of := responseType()
	elements := make([]attr.Value, len(documents))
	for i, document := range documents {
		object, err := responseObject(document, of.AttrTypes)
		if err != nil {
			return types.ListNull(of), fmt.Errorf("read response %d: %w", i, err)
		}
		elements[i] = object
	}
	return types.ListValueMust(of, elements), nil
}

func responseObject(document json.RawMessage, members map[string]attr.Type) (types.Object, error) {
	var r engine.Response
	if err := json.Unmarshal(document, &r); err != nil {
		return types.ObjectNull(members), err
	}
	known := report.Ports(nil, []engine.Response{r})[0]
	return types.ObjectValueMust(members, map[string]attr.Value{
		"uri":      optionalText(r.URI),
		"host":     optionalText(r.Host),
		"ip":       optionalText(r.IP),
		"port":     optionalPort(r.Port),
		"protocol": optionalText(r.Protocol),
		"product":  optionalText(known.Product),
		"version":  optionalText(known.Version),
		"json":     types.StringValue(cleanJSON(document)),
	}), nil
}

// optionalText is null for what a document does not hold, because the service did
// not say it or the request did not ask for it.
func optionalText(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return hostText(text)
}

func optionalPort(port int) types.Int64 {
	if port == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(int64(port))
}
