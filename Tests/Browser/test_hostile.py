"""What nobody should send, to every operation of Public/openapi.yaml: the answer is one that is described, and never ours
to be ashamed of. The same requests each time."""

import gzip
import json
import random
import select
import socket
import time
import uuid

import httpx
import pytest

from portal import AgencyClient

DESCRIPTION = AgencyClient.description
OPERATIONS = [
    (method, path)
    for path, described in DESCRIPTION["paths"].items()
    for method in ("get", "post", "put", "delete")
    if method in described and not path.startswith("/oauth/")
]
WRONG = [None, True, -1, 2**63, 1e308, "", "x" * 70_000, "\u0000", "\u202e\ud7ff", [], {}, [[]], {"a": {}}]
TEXTS = ["0", "-1", "9" * 40, "x" * 300, "%00", "%FF%FE", "..%2F..", "%F0%9F%98%80", "'--", "a%20b"]
RAW = {
    "nothing": b"",
    "half": b'{"status": ',
    "two documents": b"{}{}",
    "twice the same name": b'{"status": 2, "status": 4}',
    "past 64 bits": b'{"status": 99999999999999999999999999}',
    "a number without end": b'{"status": 1' + b"0" * 5000 + b"}",
    "no UTF-8": b'{"name": "\xff\xfe\xc0\xaf"}',
    "half a pair": b'{"name": "\\ud800"}',
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "wide": b"[" + b"0," * 20_000 + b"0]",
    "a list": b"[]",
    "a mark before": b"\xef\xbb\xbf{}",
}


def bodies(method, path, rng):
    """Bodies by what is wrong with them; the first is as it should be."""
    content = DESCRIPTION["paths"][path][method].get("requestBody", {}).get("content", {})
    described = content.get("application/json")
    if described is None:
        return
    example = described.get("example") or {}
    for name, other in described.get("examples", {}).items():
        example = other["value"]
    yield "as described", json.dumps(example).encode()
    for name in example:
        yield f"without {name}", json.dumps({key: example[key] for key in example if key != name}).encode()
        for value in rng.sample(WRONG, 4):
            yield f"{name} is {str(value)[:12]!r}", json.dumps({**example, name: value}).encode()
    yield "something more", json.dumps({**example, "no such member": 1}).encode()
    for name, raw in RAW.items():
        yield name, raw


def client_for(path, clients):
    """The demonstration's client that may use an operation."""
    wanted = "notices:report" if "deliveries" in path else "procedure:write" if "draft" in path else "events:read"
    return next((client for client in clients if wanted in client.scopes), clients[0])


@pytest.fixture(scope="module")
def clients(portal):
    found = []
    for facts in portal.facts["clients"]:
        client = AgencyClient(portal, facts)
        scopes = portal.database.value(f"select scopes from api_clients where id = '{facts['client_id']}'")
        client.scopes = scopes.strip("{}").split(",")
        found.append(client)
    return found


def held(answer, method, path, what):
    described = DESCRIPTION["paths"][path][method]["responses"]
    told = f"{method} {path}, {what}: {answer.status_code} {answer.text[:200]}"
    assert answer.status_code < 500 or answer.status_code == 503, told
    assert str(answer.status_code) in described, told
    response = AgencyClient.resolve(AgencyClient, described[str(answer.status_code)])
    if answer.content:
        assert answer.headers["content-type"].split(";")[0] in response["content"], told


def address(path, identifier):
    for name in ("code", "number", "id"):
        path = path.replace("{" + name + "}", identifier)
    return path


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_operation_answers_whatever_it_is_sent_as_described(clients, method, path):
    rng = random.Random(f"{method} {path}")
    client = client_for(path, clients)
    identifier = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    sent = 0

    def send(what, at, **more):
        nonlocal sent
        sent += 1
        headers = {"Idempotency-Key": f"hostile-{rng.getrandbits(64)}", **more.pop("headers", {})}
        answer = client.http.request(method, at, headers=headers, **more)
        while answer.status_code == 429:
            answer = client.http.request(method, at, headers=headers, **more)
        held(answer, method, path, what)
        return answer

    here = address(path, identifier)
    as_json = {"Content-Type": "application/json"}
    if method != "get":
        send("nothing at all", here)
    for what, body in bodies(method, path, rng):
        answer = send(what, here, content=body, headers=as_json)
        assert what not in RAW or answer.status_code >= 400, what
    if method in ("post", "put") and "requestBody" in DESCRIPTION["paths"][path][method]:
        for kind in ("text/plain", "application/xml", "multipart/form-data", "application/json; charset=x"):
            send(f"as {kind}", here, content=b"{}", headers={"Content-Type": kind})
        packed = gzip.compress(b" " * 5_000_000 + b"{}")
        send("packed", here, content=packed, headers={**as_json, "Content-Encoding": "gzip"})
        send("with a bad key", here, content=b"{}", headers={**as_json, "Idempotency-Key": "a b"})
        send("too large", here, content=b" " * 4_000_000, headers=as_json)
    if method == "get":
        names = [part["name"] for part in DESCRIPTION["paths"][path][method].get("parameters", []) if "name" in part]
        for text in TEXTS:
            if "{" in path and "%2F" not in text:
                send(f"{text[:12]} in its address", address(path, text))
            for name in [*names, "limit", "no-such-parameter"]:
                if name != "wait" and text not in ("%00", "%FF%FE"):
                    send(f"{name}={text[:12]}", f"{here}?{name}={text}")
    assert sent > 0


def test_a_gigabyte_is_refused_at_its_first_bytes(portal, clients):
    client = clients[0]
    token = client.http.headers["Authorization"]

    def memory():
        with open(f"/proc/{portal.process.pid}/status") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) // 1024

    before = memory()
    for length in ("Content-Length: 1073741824", "Transfer-Encoding: chunked"):
        sent = 0
        with socket.create_connection(("localhost", portal.port), timeout=30) as line:
            line.sendall(
                f"POST /api/v1/webhooks HTTP/1.1\r\nHost: localhost:{portal.port}\r\nAuthorization: {token}\r\n"
                f"Idempotency-Key: gigabyte\r\nContent-Type: application/json\r\n{length}\r\n\r\n".encode()
            )
            piece = b" " * 65_536
            chunk = b"10000\r\n" + piece + b"\r\n" if "chunked" in length else piece
            while sent < 1 << 30 and not select.select([line], [], [], 0)[0]:
                line.sendall(chunk)
                sent += len(piece)
            answer = b""
            # To its end: the connection is closed, whatever else was to come.
            while part := line.recv(65_536):
                answer += part
        assert sent < 64 << 20, f"{length}: {sent} bytes were taken"
        assert answer.startswith(b"HTTP/1.1 413"), answer[:200]
    assert memory() - before < 64


def test_a_webhooks_life_is_as_described(agency):
    key = iter(range(100))

    def send(method, path, template, status, body=None):
        headers = {"Idempotency-Key": f"hook-{uuid.uuid4()}-{next(key)}"}
        answer = agency.http.request(method, path, json=body, headers=headers)
        # What went before may have used up what a system may ask at once: it waits, as it is told.
        while answer.status_code == 429:
            time.sleep(int(answer.headers["Retry-After"]))
            answer = agency.http.request(method, path, json=body, headers=headers)
        return agency.check(answer, template, method.lower(), status) if answer.content else answer

    root, one = "/api/v1/webhooks", "/api/v1/webhooks/{id}"
    made = {"name": "Một cửa", "url": "https://mot-cua.invalid/su-kien"}
    webhook = send("POST", root, root, 201, made).json()
    here = f"{root}/{webhook['id']}"
    agency.get(root, root)
    agency.get(here, one)
    tested = agency.check(agency.http.post(f"{here}/test"), f"{one}/test", "post", 200).json()
    assert not tested["taken"] and tested["answer"] == "unknown-host"
    send("PUT", here, one, 422, {**made, "state": "active"})
    assert send("PUT", here, one, 200, {**made, "state": "disabled"}).json()["reason"] == "unproven"
    assert send("POST", f"{here}/secret", f"{one}/secret", 200, {}).json()["secret"] != webhook["secret"]
    send("POST", f"{here}/replay", f"{one}/replay", 200, {"after": "0"})
    send("POST", f"{here}/replay", f"{one}/replay", 409, {"after": "999999999"})
    send("POST", root, root, 422, {**made, "url": "https://192.168.1.1/"})
    assert send("DELETE", here, one, 204).status_code == 204
    agency.get(here, one, 404)
