package provider

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// providerAttributes are the members of the provider block an engine's error may
// be about.
func providerAttributes() []string {
	return []string{"endpoint", "api_key", "api_token", "data_dir", "ca_cert_pem", "ca_cert_file", "client_cert_pem", "proxy_url", "headers"}
}

// addError reports err at the guilty attribute, if it is one of attributes (of
// the object at hand); errors about the provider block name the attribute in
// their text, because only Configure can point there.
func addError(diags *diag.Diagnostics, doing string, err error, attributes ...string) {
	var e *engine.Error
	if !errors.As(err, &e) {
		diags.AddError("Cannot "+doing, clean(err.Error(), textLength))
		return
	}
	title, detail := clean(e.Title, lineLength), errorDetail(e)
	at, name, ok := fieldPath(e.Field)
	switch {
	case ok && slices.Contains(attributes, name):
		diags.AddAttributeError(at, title, detail)
	case slices.Contains(providerAttributes(), e.Field):
		diags.AddError(title, detail+"\n\nThe attribute at fault is "+e.Field+" of the provider \"portolan\" block.")
	default:
		diags.AddError(title, "While trying to "+doing+": "+detail)
	}
}

// addProviderError reports err at the attribute of the provider block it is about.
func addProviderError(diags *diag.Diagnostics, err error) {
	addError(diags, "connect to the engine", err, providerAttributes()...)
}

// errorDetail is the whole sentence and, on its own line, what to do.
func errorDetail(e *engine.Error) string {
	detail := e.Detail
	if detail == "" {
		detail = e.Title
	}
	detail = sentence(detail)
	if e.Hint != "" {
		detail += "\n\n" + sentence(e.Hint)
	}
	return detail
}

// sentence gives text of the engine a capital and a full stop, as Terraform's
// own messages have them. A first word that is no word, such as a URL, stays.
func sentence(text string) string {
	text = clean(text, textLength)
	if text == "" {
		return ""
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	first, _, _ := strings.Cut(text, " ")
	if strings.Trim(first, "abcdefghijklmnopqrstuvwxyz,") != "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

var indexedField = regexp.MustCompile(`^([a-z0-9_]+)(?:\[(\d+)\](?:\.([a-z0-9_]+))?)?$`)

// fieldPath reads the field of an [engine.Error], "ports", "targets[3]" or
// "expect[1].port", as the path of an attribute, and the name it begins with.
func fieldPath(field string) (at path.Path, name string, ok bool) {
	m := indexedField.FindStringSubmatch(field)
	if m == nil {
		return path.Empty(), "", false
	}
	at = path.Root(m[1])
	if m[2] == "" {
		return at, m[1], true
	}
	index, err := strconv.Atoi(m[2])
	if err != nil {
		return path.Empty(), "", false
	}
	if at = at.AtListIndex(index); m[3] != "" {
		at = at.AtName(m[3])
	}
	return at, m[1], true
}

// addErrorAt reports err at a path the caller knows better than the error does.
func addErrorAt(diags *diag.Diagnostics, at path.Path, err error) {
	var e *engine.Error
	if !errors.As(err, &e) {
		diags.AddAttributeError(at, "Value is not valid", clean(err.Error(), textLength))
		return
	}
	diags.AddAttributeError(at, clean(e.Title, lineLength), errorDetail(e))
}
