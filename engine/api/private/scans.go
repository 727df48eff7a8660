package private

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// MaxWait is the longest that a long poll lasts, whatever is asked for: proxies
// commonly give up on a silent connection soon after a minute.
const MaxWait = 60 * time.Second

func (d *dialect) listScans(call *api.Call) error {
	scans, err := d.listed(call)
	if err != nil {
		return err
	}
	if scans == nil {
		scans = []engine.Scan{}
	}
	return call.Answer(scans)
}

// listed gives the scans that a list asks for.
func (d *dialect) listed(call *api.Call) ([]engine.Scan, error) {
	deleted, err := call.Parameters().Flag("deleted")
	if err != nil {
		return nil, err
	}
	query, err := scanQuery(call.Parameters())
	if err != nil {
		return nil, err
	}
	if deleted {
		return d.control.DeletedScans(call.Context(), call.Caller, query.Page)
	}
	return d.control.Scans(call.Context(), call.Caller, query)
}

func scanQuery(parameters api.Arguments) (q control.ScanQuery, err error) {
	err = readWords(parameters, []wordTo{
		{"repository", &q.Source.Repository}, {"branch", &q.Source.Branch}, {"commit", &q.Source.Commit}, {"label", &q.Label},
		{"targets_digest", &q.TargetsDigest}, {"config_digest", &q.ConfigDigest},
	})
	if err != nil {
		return q, err
	}
	if q.Statuses, err = validWords[engine.Status](parameters, "status"); err != nil {
		return q, err
	}
	if q.Complete, err = parameters.Flag("complete"); err != nil {
		return q, err
	}
	before, _, err := parameters.Int("before")
	if err != nil {
		return q, err
	}
	q.Before = engine.ScanID(before)
	q.Page, err = listPage(parameters)
	return q, err
}

// listPage reads which part of the list of scans is asked for: all of it by default, as
// clients of the public service know it.
func listPage(parameters api.Arguments) (control.Page, error) {
	start, _, err := parameters.Int("start")
	if err != nil {
		return control.Page{}, err
	}
	size, given, err := parameters.Int("size")
	if err != nil {
		return control.Page{}, err
	}
	if start < 0 || start > math.MaxInt32 {
		return control.Page{}, invalid("start", fmt.Sprintf("start is %d", start), "the first page begins at 0")
	}
	if given && size < 1 || size > math.MaxInt32 {
		return control.Page{}, invalid("size", fmt.Sprintf("size is %d", size), "write a number from 1, or leave it out for all")
	}
	return control.Page{Start: int(start), Size: int(size)}, nil
}

func (d *dialect) createScan(call *api.Call) error {
	body, err := call.Body()
	if err != nil {
		return err
	}
	request, err := scanRequest(body)
	if err != nil {
		return err
	}
	scan, err := d.control.CreateScanOnce(call.Context(), call.Caller, requestKey(call), request)
	if err != nil {
		return err
	}
	return call.Answer(scan)
}

// requestKey is the name a client gave its request, "" for none.
func requestKey(call *api.Call) string {
	return strings.TrimSpace(call.Request.Header.Get(engine.RequestKeyHeader))
}

func scanRequest(body api.Arguments) (request engine.ScanRequest, err error) {
	if !body.Has("targets") && !body.Has("target_ids") && !body.Has("target_group_ids") {
		return request, missing("targets", `write a list such as ["192.0.2.1", "example.com"]`)
	}
	if request.TargetIDs, err = recordIDs(body, "target_ids"); err != nil {
		return request, err
	}
	if request.TargetGroupIDs, err = recordIDs(body, "target_group_ids"); err != nil {
		return request, err
	}
	if request.Targets, err = targets(body, "targets"); err != nil {
		return request, err
	}
	if request.Exclude, err = targets(body, "exclude"); err != nil {
		return request, err
	}
	ports, err := body.Word("ports")
	if err != nil {
		return request, err
	}
	request.Ports = engine.Ports(ports)
	if request.Profile, err = profile(body); err != nil {
		return request, engine.In("profile", err)
	}
	if request.ProfileID, err = body.Word("profile_id"); err != nil {
		return request, err
	}
	if request.Expect, err = expectations(body); err != nil {
		return request, err
	}
	if request.Source, err = sourceOf(body); err != nil {
		return request, engine.In("source", err)
	}
	request.Label, err = body.Text("label", "name")
	return request, err
}

// profile reads how the scan is to go about its work; what is wrong with the values
// the request's own rules find.
func profile(body api.Arguments) (p engine.Profile, err error) {
	members, err := body.Object("profile")
	if err != nil {
		return p, err
	}
	addresses, err := members.Text("addresses")
	if err != nil {
		return p, err
	}
	mode, err := members.Text("mode")
	if err != nil {
		return p, err
	}
	p.Addresses, p.Mode = engine.Addresses(addresses), engine.ScanMode(mode)
	rate, _, err := members.Int("rate")
	if err != nil {
		return p, err
	}
	hostRate, _, err := members.Int("host_rate")
	if err != nil {
		return p, err
	}
	p.Rate, p.HostRate = int(rate), int(hostRate)
	if p.MaxBytes, _, err = members.Int("max_bytes"); err != nil {
		return p, err
	}
	resolvers, err := members.Text("resolvers")
	if err != nil {
		return p, err
	}
	p.Resolvers = engine.NameServers(resolvers)
	p.Checks, err = checkSelection(members)
	return p, err
}

func checkSelection(profile api.Arguments) (s engine.CheckSelection, err error) {
	members, err := profile.Object("checks")
	if err != nil {
		return s, err
	}
	if s.Only, err = members.Texts("only"); err != nil {
		return s, engine.In("checks", err)
	}
	s.Skip, err = members.Texts("skip")
	return s, engine.In("checks", err)
}

// sourceOf reads where the scan comes from.
func sourceOf(body api.Arguments) (s engine.Source, err error) {
	members, err := body.Object("source")
	if err != nil {
		return s, err
	}
	err = readWords(members, []wordTo{{"repository", &s.Repository}, {"branch", &s.Branch}, {"commit", &s.Commit}, {"run_url", &s.RunURL}})
	return s, err
}

// wordTo is an argument and where its value goes.
type wordTo struct {
	name string
	to   *string
}

func readWords(from api.Arguments, words []wordTo) (err error) {
	for _, word := range words {
		if *word.to, err = from.Word(word.name); err != nil {
			return err
		}
	}
	return nil
}

// expectations reads what should be exposed.
func expectations(body api.Arguments) ([]engine.Expectation, error) {
	objects, err := body.Objects("expect")
	if objects == nil || err != nil {
		return nil, err
	}
	list := make([]engine.Expectation, len(objects))
	for i, members := range objects {
		if list[i], err = expectation(members); err != nil {
			return nil, engine.In(fmt.Sprintf("expect[%d]", i), err)
		}
	}
	return list, nil
}

func expectation(members api.Arguments) (e engine.Expectation, err error) {
	var host, port string
	err = readWords(members, []wordTo{{"host", &host}, {"port", &port}, {"protocol", &e.Protocol}, {"service", &e.Service}, {"tls_min", &e.TLSMin}, {"owner", &e.Owner}})
	if err != nil {
		return e, err
	}
	e.Host, e.Port = engine.Target(host), engine.Ports(port)
	e.Optional, err = members.Flag("optional")
	return e, err
}

func targets(body api.Arguments, name string) ([]engine.Target, error) {
	texts, err := body.Texts(name)
	if err != nil {
		return nil, err
	}
	list := make([]engine.Target, len(texts))
	for i, text := range texts {
		list[i] = engine.Target(text)
	}
	return list, nil
}

func (d *dialect) getScan(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	wait, after, err := patience(call.Parameters())
	if err != nil {
		return err
	}
	scan, err := d.control.Scan(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	if wait > 0 {
		if scan, err = d.await(call, scan, wait, after); err != nil {
			return err
		}
	}
	return call.Answer(scan)
}

// await waits for a step newer than after, or newer than those the scan has now.
func (d *dialect) await(call *api.Call, scan engine.Scan, wait time.Duration, after *int64) (engine.Scan, error) {
	if after == nil {
		last := int64(0)
		if n := len(scan.Steps); n > 0 {
			last = scan.Steps[n-1].ID
		}
		after = &last
	}
	call.Patience(wait)
	ctx, cancel := context.WithTimeout(call.Context(), wait)
	defer cancel()
	return d.control.AwaitScan(ctx, call.Caller, scan.ID, *after)
}

// patience reads how long a client wants to wait, and for what.
func patience(parameters api.Arguments) (wait time.Duration, after *int64, err error) {
	seconds, _, err := parameters.Int("wait")
	if err != nil {
		return 0, nil, err
	}
	if seconds < 0 {
		return 0, nil, invalid("wait", fmt.Sprintf("wait is %d seconds", seconds), "write a number of seconds from 0 to 60")
	}
	wait = time.Duration(min(seconds, int64(MaxWait/time.Second))) * time.Second
	step, given, err := parameters.Int("after")
	if given {
		after = &step
	}
	return wait, after, err
}

func (d *dialect) renameScan(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	body, err := call.Body()
	if err != nil {
		return err
	}
	label, err := body.Text("label", "name")
	if err != nil {
		return err
	}
	if label == "" {
		return missing("label", `write {"label": "text"}; nothing else of a scan can be changed`)
	}
	scan, err := d.control.RenameScan(call.Context(), call.Caller, id, label)
	if err != nil {
		return err
	}
	return call.Answer(scan)
}

func (d *dialect) cancelScan(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	scan, err := d.control.CancelScan(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	return call.Answer(scan)
}

func (d *dialect) rescan(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	scan, err := d.control.Rescan(call.Context(), call.Caller, requestKey(call), id)
	if err != nil {
		return err
	}
	return call.Answer(scan)
}

func (d *dialect) restoreScan(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	scan, err := d.control.RestoreScan(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	return call.Answer(scan)
}

func (d *dialect) deleteScan(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	if err := d.control.DeleteScan(call.Context(), call.Caller, id); err != nil {
		return err
	}
	return call.AnswerNothing()
}

// scanID reads the id in the path. What is no number names no scan.
func scanID(call *api.Call) (engine.ScanID, error) {
	text := call.Path("id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, &engine.Error{Kind: engine.NotFound, Title: "No such scan", Field: "id", Detail: fmt.Sprintf("there is no scan %q", text), Hint: "the id of a scan is a number"}
	}
	return engine.ScanID(id), nil
}

func missing(field, hint string) error {
	return invalid(field, field+" is missing", hint)
}

func invalid(field, detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Request parsing error", Field: field, Detail: detail, Hint: hint}
}

// tooMany refuses a list for its length.
func tooMany(field string, n, limit int, hint string) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Request parsing error", Field: field, Limit: int64(limit), Current: int64(n),
		Detail: fmt.Sprintf("%s names %d, at most %d are taken", field, n, limit), Hint: hint,
	}
}
