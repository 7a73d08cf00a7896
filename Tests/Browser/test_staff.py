"""Officers and their heads: the second factor at sign-in, duties, and what happens when somebody leaves."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest

from conftest import press, sign_in_as

CLERK, HEAD = "tiepnhan.saigon", "lanhdao.saigon"


def code_of_application(secret, at):
    """What an authenticator shows (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    offset = digest[19] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def reset(browse, portal, name):
    """The head takes the clerk's second factor away."""
    head = browse()
    sign_in_as(head, portal, HEAD)
    head.goto("/can-bo/don-vi")
    head.get_by_role("link", name=name).click()
    press(head, r"^Đặt lại xác thực hai bước$")
    assert head.locator("[role=status]").inner_text() == "Đã đặt lại xác thực hai bước."


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_an_officer_sets_up_a_second_factor_signs_in_with_it_and_gets_it_reset(browse, portal, javascript):
    page = browse(javascript=javascript, width=360)
    sign_in_as(page, portal, CLERK)
    page.goto("/dang-nhap/ma")
    secret = re.search(r"[?]secret=([A-Z2-7]+)&", page.content().replace("&amp;", "&")).group(1)
    page.fill("[name=code]", "000 000")
    press(page, r"^Bật xác thực hai bước$")
    summary = page.locator("main [role=alert]").first
    assert summary.is_visible() and secret in page.content()
    page.fill("[name=code]", code_of_application(secret, time.time()))
    press(page, r"^Bật xác thực hai bước$")
    recovery = page.locator("main code").all_inner_texts()
    assert len(recovery) == 10
    page.get_by_role("link", name="Tôi đã cất các mã").click()
    assert page.url.endswith("/can-bo/ho-so")

    again = browse(javascript=javascript, width=360)
    account = portal.account(CLERK)
    again.goto("/can-bo/y-kien")
    again.fill("[name=login]", account["user"])
    again.fill("[name=password]", account["password"])
    press(again, r"^Đăng nhập$")
    assert "/dang-nhap/ma" in again.url
    again.goto("/can-bo/ho-so")
    assert "/dang-nhap/ma" in again.url
    again.goto("/dang-nhap/ma?next=%2Fcan-bo%2Fy-kien")
    again.fill("[name=code]", recovery[0].upper())
    press(again, r"^Tiếp tục$")
    assert again.url.endswith("/can-bo/y-kien")

    reset(browse, portal, "Huỳnh Ngọc Diệp")
    again.goto("/can-bo/ho-so")
    assert "/dang-nhap" in again.url


def test_a_head_gives_duties_and_nobody_gives_themselves_any(browse, portal):
    head = browse(width=360)
    sign_in_as(head, portal, HEAD)
    head.goto("/can-bo/don-vi")
    head.get_by_role("link", name="Võ Thị Thanh Tâm").click()
    head.get_by_label("Chỉ xem").check()
    press(head, r"^Lưu nhiệm vụ$")
    assert "Xử lý hồ sơ, Chỉ xem" in head.locator("main table").inner_text()
    head.locator("main table").get_by_role("link", name="Lương Quốc Bảo").click()
    head.get_by_label("Tiếp nhận hồ sơ").check()
    press(head, r"^Lưu nhiệm vụ$")
    assert head.title().startswith("Lỗi")
    assert head.get_by_label("Tiếp nhận hồ sơ").is_checked()
