"""Sends what version 0.8 of the public service's Python client sends, request by
request, and reads the answers as it reads them. Standard library only: the client
itself is not to be had where the tests run."""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

BASE, KEY = sys.argv[1], sys.argv[2]


class APIError(Exception):
    def __init__(self, code, body):
        self.code = code
        self.type, self.title, self.detail = body.get("type"), body.get("title"), body.get("detail")

    def __str__(self):  # dies if both are missing or not a string, as the client does
        return self.title or self.detail


def send(method, path, params=None, body=None, key=KEY):
    url = BASE + path
    if params is not None:
        url += "?" + urllib.parse.urlencode(params)
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Type": "application/json", "X-Api-Key": key}
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        raise APIError(error.code, json.loads(error.read())) from None


def get(path, **params):
    return json.loads(send("GET", path, params or None)[1])


def check(what, good, *seen):
    print(("ok   " if good else "FAIL ") + what, *([] if good else seen))
    if not good:
        sys.exit(1)


def fails(what, code, method, path, body=None, key=KEY):
    try:
        status, _ = send(method, path, None, body, key)
        check(what, False, "status", status)
    except APIError as error:
        check(what, error.code == code and isinstance(str(error), str) and isinstance(error.detail, str), error.code, vars(error))


# netlas search, count, stat, download
page = get("/api/responses/", q="*", indices="", start=0, fields="port", source_type="include")
check("search", page["items"] and set(page["items"][0]["data"]) == {"port"} and isinstance(page["took"], int), page)
count = get("/api/responses_count/", q="*", indices="")["count"]
check("count", count >= 2, count)
check("search past the end", get("/api/responses/", q="*", start=9980)["items"] == [])
check("an odd query", get("/api/responses/", q="UIDY&Sdyh&*dhkjkljhas", indices="")["items"] == [])
body = {"q": "*", "size": count, "indices": None, "raw": True, "fields": "*", "source_type": "include"}
lines = [line for line in send("POST", "/api/responses/download/", None, body)[1].decode().splitlines() if line]
check("download", len(lines) == count and all("uri" in json.loads(line)["data"] for line in lines), len(lines))
body = {"q": "*", "size": "1", "fields": ["uri"], "source_type": "include"}
array = json.loads(send("POST", "//api/responses/download/", None, body)[1])
check("download as an array", len(array) == 1 and set(array[0]["data"]) == {"uri"}, array)

body = {"q": "*", "size": count, "indices": "", "raw": True, "fields": None, "source_type": "exclude"}
lines = [line for line in send("POST", "/api/responses/download/", None, body)[1].decode().splitlines() if line]
check("download --all", len(lines) == count and all("uri" in json.loads(line)["data"] for line in lines), len(lines))
for path, fields in (("/api/responses_facet/", {"facets": "port,prot7"}), ("/api/stat/", {"fields": "port,prot7", "index_type": "responses"})):
    groups = get(path, q="*", size=5, indices="", **fields)["aggregations"]
    check("groups of " + path, groups and all(len(g["key"]) == 2 and isinstance(g["doc_count"], int) and isinstance(g["key_as_string"], str) for g in groups), groups)
check("summary", get("/api/responses_summary/", q="*")["count"] == count)

# netlas scanner
status, answer = send("POST", "/api/scanner/", None, {"targets": ["127.0.0.1", "127.0.0.2"], "name": "X"})
scan = json.loads(answer)
check("scanner create", status == 201 and scan["label"] == "X", status, scan)
check("scanner list", any(s["id"] == scan["id"] for s in get("/api/scanner/")))
check("scanner get", get("/api/scanner/%d/" % scan["id"])["targets"] == ["127.0.0.1", "127.0.0.2"])
renamed = json.loads(send("PATCH", "/api/scanner/%d/" % scan["id"], None, {"name": "Y"})[1])
check("scanner rename", renamed["label"] == "Y", renamed)
check("scanner report", "targets" in get("/api/scanner/%d/report" % scan["id"]))
fails("scanner priority of what is not there", 404, "POST", "/api/scanner/change_priority/", {"id": 999999, "shift": -2})
others = [json.loads(send("POST", "/api/scanner/", None, {"targets": ["127.0.0.1"], "label": "Z"})[1]) for _ in range(2)]
status, answer = send("DELETE", "/api/scanner/%d/" % scan["id"])
check("scanner delete", status == 204 and answer == b"", status, answer)
status, _ = send("POST", "/api/scanner/bulk_delete/", None, {"ids": [str(other["id"]) for other in others]})
check("scanner delete of several", 200 <= status < 300, status)
fails("scanner get of a deleted one", 404, "GET", "/api/scanner/%d/" % scan["id"])

# netlas host, indices, profile, mapping, and the other collections
host = get("/api/host/127.0.0.1", fields="ip,ports", source_type="include")
check("host", host["ip"] == "127.0.0.1" and len(host["ports"]) >= 2, host)
check("host of the caller", get("/api/host/", source_type="include")["type"] == "ip")
check("indices", any("responses" in index["type"] for index in get("/api/indices/")))
check("profile", "@" in get("/api/users/current/")["email"] and "requests_left" in get("/api/users/profile_data/"))
send("PATCH", "/api/users/current/", None, {"first_name": "A"})
check("profile update", get("/api/users/current/")["first_name"] == "A")
check("mapping", get("/api/mapping/responses/") and get("/api/mapping/responses/facet/"))
check("certificates", get("/api/certs_count/", q="*", indices="")["count"] >= 1)
for collection in ("domains", "whois_ip", "whois_domains"):
    check(collection, get("/api/%s/" % collection, q="*", start=0)["items"] == [] and get("/api/%s_count/" % collection, q="*")["count"] == 0)
check("datastore", get("/api/datastore/products/") == [])
fails("discovery", 404, "POST", "/api/discovery/node_count/", {})

# errors, as the client prints them
fails("a wrong key", 400, "GET", "/api/users/current/", key="wrongkey")
fails("a bad target", 400, "POST", "/api/scanner/", {"targets": ["https://example.com"]})
fails("a body that is none", 400, "POST", "/api/scanner/", [])
fails("an unknown index", 404, "GET", "/api/responses/?q=*&indices=999999")
