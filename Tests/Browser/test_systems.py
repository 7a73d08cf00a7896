"""Whoever supervises an agency looks after the programs that call the API for it."""

import subprocess

import httpx
import pytest

from conftest import press, sign_in_as

HEAD = "lanhdao.saigon"


def token(portal, system, secret):
    """What a system gets for its secret."""
    form = {"grant_type": "client_credentials", "client_id": system, "client_secret": secret}
    return httpx.post(portal.url + "/oauth/token", data=form)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_secret_is_changed_a_key_added_and_a_refused_report_played_again(browse, portal, javascript):
    agency = portal.database.value(f"select agency_code from accounts where login = '{HEAD}'")
    system, name = f"may-{javascript}".lower(), f"Máy thử {javascript}"
    enrolled = portal.run("client", "enrol", system, "--agency", agency, "--name", name, "--scopes", "dossier:status")
    first = enrolled.split()[-1]
    head = browse(javascript=javascript, width=360)
    sign_in_as(head, portal, HEAD)
    head.goto("/can-bo/ho-so")
    head.get_by_role("link", name="Hệ thống kết nối của cơ quan").click()
    head.get_by_role("link", name=name).click()
    press(head, r"^Cấp mật khẩu mới$")
    secret = head.locator(".panel code").inner_text()
    assert secret != first
    assert [token(portal, system, each).status_code for each in (first, secret)] == [200, 200]
    assert "còn dùng được đến" in head.locator("main").inner_text()
    head.goto(f"/can-bo/he-thong/{system}")
    assert secret not in head.content()

    private = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True).stdout
    head.fill("[name=key]", private.decode())
    press(head, r"^Thêm khóa$")
    assert "đây là khóa bí mật" in head.locator("main [role=alert]").first.inner_text()
    public = subprocess.run(["openssl", "pkey", "-pubout"], input=private, capture_output=True, check=True).stdout
    head.fill("[name=key]", public.decode())
    press(head, r"^Thêm khóa$")
    assert head.locator("[role=status]").inner_text() == "Đã thêm khóa."
    press(head, r"^Thu hồi ngay")
    assert "Đã thu hồi khóa" in head.locator("[role=status]").inner_text()

    event = f"khong-co-{javascript}"
    report = {
        "status": 2,
        "occurred_at": "2026-11-24T09:30:00+07:00",
        "event_id": event,
        "officer": {"name": "Trần Văn Bình"},
    }
    answer = httpx.post(
        portal.url + "/api/v1/dossiers/H29-200101-0001/status",
        json=report,
        headers={"Authorization": "Bearer " + token(portal, system, secret).json()["access_token"], "Idempotency-Key": event},
    )
    assert answer.status_code in (404, 422) and "ratelimit" in answer.headers
    head.goto(f"/can-bo/he-thong/{system}")
    card = head.locator(".card", has_text=event)
    card.locator("summary").click()
    assert "Trần Văn Bình" in card.inner_text()
    with head.expect_navigation():
        card.get_by_role("button").click()
    assert head.locator("[role=status]").inner_text() == "Báo cáo vẫn bị từ chối. Xem lý do bên dưới."
    head.goto(f"/en/can-bo/he-thong/{system}")
    assert head.locator("h2").all_inner_texts()[:3] == ["Secret", "Public keys", "Refused reports"]
