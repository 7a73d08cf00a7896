"""The API as described in Public/openapi.yaml. All tests hold the answers they get against it."""

import httpx
import pytest
import yaml
from openapi_spec_validator import validate

from portal import PROCEDURE, ROOT

SECURITY_HEADERS = ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"]


def test_the_description_is_valid_and_served(portal):
    text = (ROOT / "Public/openapi.yaml").read_text()
    validate(yaml.safe_load(text))
    answer = httpx.get(portal.url + "/openapi.yaml")
    assert answer.status_code == 200 and answer.text == text


def test_procedures_are_open_to_everyone(agency):
    page = agency.get("/api/v1/procedures", "/api/v1/procedures", q="dang ky khai sinh", limit=5).json()
    assert PROCEDURE in [item["code"] for item in page["items"]]
    agency.get(f"/api/v1/procedures/{PROCEDURE}", "/api/v1/procedures/{code}")
    agency.get("/api/v1/procedures/9.999999", "/api/v1/procedures/{code}", status=404)


def test_the_list_of_procedures_is_narrowed_by_every_filter(agency):
    def codes(status=200, **filters):
        answer = agency.get("/api/v1/procedures", "/api/v1/procedures", status, limit=100, **filters)
        return {item["code"] for item in answer.json().get("items", [])}

    assert PROCEDURE in codes(online="true") and codes(online="true").isdisjoint(codes(online="false"))
    assert codes(online="true") | codes(online="false") == codes()
    assert codes(q="khai sinh", online="true") <= codes(q="khai sinh")
    assert PROCEDURE in codes(field="Hộ tịch", agency="Bộ Tư pháp", updated_since="2020-01-01T00:00:00+07:00")
    assert codes(updated_since="2999-01-01T00:00:00Z") == set()
    codes(422, online="maybe")
    codes(422, updated_since="yesterday")


def test_revisions_are_listed_and_read_by_number(agency):
    path = "/api/v1/procedures/{code}/revisions"
    listed = agency.get(f"/api/v1/procedures/{PROCEDURE}/revisions", path).json()["items"]
    assert [item["in_force"] for item in listed].count(True) == 1
    for item in listed:
        revision = agency.get(
            f"/api/v1/procedures/{PROCEDURE}/revisions/{item['number']}", path + "/{number}"
        ).json()
        assert {name: revision[name] for name in item} == item and revision["code"] == PROCEDURE
    agency.get(f"/api/v1/procedures/{PROCEDURE}/revisions/999", path + "/{number}", 404)
    agency.get("/api/v1/procedures/9.999999/revisions", path, 404)


def test_pages_of_procedures_meet_without_gap_or_repetition(agency):
    codes, after = [], None
    for _ in range(50):
        page = agency.get(
            "/api/v1/procedures", "/api/v1/procedures", limit=20, **({"after": after} if after else {})
        ).json()
        codes += [item["code"] for item in page["items"]]
        after = page["next"]
        if not after:
            break
    assert len(codes) == len(set(codes)) >= 77


def test_agencies_are_open_to_everyone(agency):
    page = agency.get("/api/v1/agencies", "/api/v1/agencies", q="hoan kiem", province="01", limit=5).json()
    assert "H26.00070" in [item["code"] for item in page["items"]]
    for code in ("G15", "G05", "H26.00070"):
        agency.get(f"/api/v1/agencies/{code}", "/api/v1/agencies/{code}")
    agency.get("/api/v1/agencies/XX", "/api/v1/agencies/{code}", status=404)
    agency.get("/api/v1/agencies", "/api/v1/agencies", status=422, limit=0)


@pytest.mark.parametrize("secret", ["wrong", ""])
def test_a_wrong_secret_gets_no_token(portal, agency, secret):
    answer = httpx.post(
        portal.url + "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(agency.client["client_id"], secret),
    )
    agency.check(answer, "/oauth/token", "post", 401)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic eDp5"}])
def test_without_a_good_token_there_is_nothing(portal, agency, filed, header):
    for path, template in [
        ("/api/v1/dossiers", "/api/v1/dossiers"),
        (f"/api/v1/dossiers/{filed['code']}", "/api/v1/dossiers/{code}"),
    ]:
        agency.check(httpx.get(portal.url + path, headers=header), template, "get", 401)


def test_a_change_without_a_key_is_refused(agency, filed):
    answer = agency.http.post(f"/api/v1/dossiers/{filed['code']}/status", json=agency.message(4))
    agency.check(answer, "/api/v1/dossiers/{code}/status", "post", 400)


@pytest.mark.parametrize("path", ["/", "/dang-nhap", "/khong-co", "/api/v1/dossiers", "/openapi.yaml", "/health/ready"])
def test_every_answer_carries_the_security_headers(portal, path):
    answer = httpx.get(portal.url + path)
    assert [name for name in SECURITY_HEADERS if name not in answer.headers] == []
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
