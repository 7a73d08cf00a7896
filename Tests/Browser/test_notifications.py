"""Messages on their way to a real mail server and a real gateway, and what people see of them."""

import os
import time
import uuid

import pytest
from playwright.sync_api import expect

from conftest import press, register, sign_in, sign_in_as
from outside import Outside
from portal import Citizen, Database, Portal


@pytest.fixture(scope="module")
def outside():
    outside = Outside()
    yield outside
    outside.close()


@pytest.fixture(scope="module")
def sending(tmp_path_factory, outside):
    """A portal whose messages leave by SMTP and HTTP, from a process of its own."""
    folder = tmp_path_factory.mktemp("sending")
    (folder / "token").write_text("gateway-secret\n")
    portal = Portal(
        folder,
        Database.create(os.environ["TEST_DATABASE_URL"], f"sending_{uuid.uuid4().hex[:8]}"),
        SMTP_URL=outside.smtp_url,
        SMTP_TLS="optional",
        SMS_GATEWAY_URL=outside.gateway_url,
        SMS_GATEWAY_HEADER="X-Token: {token}",
        SMS_GATEWAY_TOKEN_FILE=str(folder / "token"),
        SMS_GATEWAY_BODY='{"to": "{to}", "text": "{text}", "id": "{id}"}',
        SMS_GATEWAY_ID="data.sid",
        DIGEST_HOUR="0",
    )
    portal.prepare()
    portal.database.run("delete from outbox")  # of the demonstration's dossiers
    portal.start_worker()
    yield portal
    portal.stop()


def tell(portal, email=None, phone=None, status=5):
    """Makes somebody with these addresses and tells them of a dossier; gives the account."""
    account, code = str(uuid.uuid4()), portal.database.value("select min(code) from dossiers")

    def text(value):
        return f"'{value}'" if value else "null"

    portal.database.run(
        "insert into accounts (id, kind, login, name, password_hash, email, phone, notify_email, notify_sms, created_at)"
        f" values ('{account}', 'citizen', '{account}', 'Đỗ Ỷ', '', {text(email)}, {text(phone)},"
        f" {email is not None}, {phone is not None}, now())"
    )
    portal.database.run(
        "insert into outbox (topic, payload, created_at, due_at) values ('dossier.status',"
        f" '{{\"account\": \"{account}\", \"code\": \"{code}\", \"status\": {status}}}', now(), now())"
    )
    return account


def delivery(portal, account, state, seconds=30, hurried=True):
    """Waits until the account's message is in a state. The pauses between attempts are cut short."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        rows = portal.database.rows(
            "select delivery.* from deliveries delivery join notices notice on notice.id = notice_id"
            f" where account_id = '{account}'"
        )
        if rows and rows[0]["state"] == state:
            return rows[0]
        if hurried:
            portal.database.run(
                "update deliveries set next_at = now() where state = 'queued' and attempts > 0 and next_at > now()"
            )
        time.sleep(0.2)
    raise AssertionError(f"{rows} instead of {state}: {portal.log()[-2000:]}")


def test_a_letter_arrives_whole_under_the_id_of_its_delivery(sending, outside):
    account = tell(sending, "lan@example.vn")
    row = delivery(sending, account, "sent")
    (message,) = [message for address, message in outside.mail if address == "lan@example.vn"]
    assert message["Message-ID"].startswith(f"<{row['id']}@")
    assert "Yêu cầu bổ sung" in message["Subject"] and "Cổng Dịch vụ công" in str(message["From"])
    assert "Kính gửi Đỗ Ỷ," in message.get_content() and "/ho-so/" in message.get_content()
    assert row["attempts"] == 1 and row["recipient"] == "l•••@example.vn"


@pytest.mark.parametrize(
    "address, state, reason, attempts",
    [
        ("unknown@example.vn", "bounced", "smtp-550", 1),
        ("spam@example.vn", "failed", "smtp-554", 1),
        ("busy@example.vn", "sent", None, 2),
        ("cut@example.vn", "sent", None, 2),
    ],
)
def test_the_mail_server_refuses_postpones_or_breaks_off(sending, outside, address, state, reason, attempts):
    row = delivery(sending, tell(sending, address), state)
    assert (row["reason"], row["attempts"]) == (reason, attempts)
    assert len([to for to, _ in outside.mail if to == address]) == (1 if state == "sent" else 0)
    assert address not in sending.log(), "an address in the log"


def test_a_letter_whose_answer_was_lost_comes_again_under_the_same_id(sending, outside):
    delivery(sending, tell(sending, "late@example.vn"), "sent")
    ids = [message["Message-ID"] for address, message in outside.mail if address == "late@example.vn"]
    assert len(ids) == 2 and len(set(ids)) == 1


@pytest.mark.parametrize(
    "phone, state, reason, attempts",
    [
        ("0950120009", "sent", None, 1),
        ("0950120001", "sent", None, 2),
        ("0950120002", "failed", "http-400", 1),
        ("0950120003", "sent", None, 2),
    ],
)
def test_the_gateway_takes_refuses_postpones_or_breaks_off(sending, outside, phone, state, reason, attempts):
    row = delivery(sending, tell(sending, phone=phone), state)
    assert (row["reason"], row["attempts"]) == (reason, attempts)
    taken = [(body, headers) for body, headers in outside.sms if body["to"] == phone]
    assert {body["id"] for body, _ in taken} == ({row["id"]} if state == "sent" else set())
    for body, headers in taken:
        assert headers["X-Idempotency-Key"] == row["id"] and len(body["text"]) <= 160 and body["text"].isascii()
    if state == "sent":
        assert row["provider_id"] == f"sid-{row['id'][:8]}"
    assert phone not in sending.log()


def test_a_dead_mail_server_holds_up_no_sms(sending, outside):
    outside.down = True
    try:
        waiting = tell(sending, "waiting@example.vn")
        row = delivery(sending, waiting, "queued", hurried=False)
        for _ in range(100):
            if row["attempts"]:
                break
            time.sleep(0.1)
            row = delivery(sending, waiting, "queued", hurried=False)
        assert row["reason"] == "smtp-421"
    finally:
        outside.down = False
    delivery(sending, tell(sending, phone="0950120008"), "sent", seconds=5)
    delivery(sending, waiting, "sent")


def test_nothing_goes_in_the_clear_unless_the_operator_allows_it(sending, outside):
    sending.stop()
    sending.environment["SMTP_TLS"] = "required"
    sending.start_worker()
    try:
        account = tell(sending, "secret@example.vn")
        for _ in range(100):
            row = delivery(sending, account, "queued", hurried=False)
            if row["attempts"]:
                break
            time.sleep(0.1)
        assert row["reason"] == "no-secure-connection"
        assert "secret@example.vn" not in [address for address, _ in outside.mail]
    finally:
        sending.stop()
        sending.environment["SMTP_TLS"] = "optional"
        sending.start_worker()
    delivery(sending, account, "sent")


def test_mail_goes_over_a_secure_connection_after_a_sign_in(sending, outside, tmp_path):
    secure = Outside(tmp_path)
    before = dict(sending.environment)
    sending.stop()
    (tmp_path / "wrong").write_text("not it")
    (tmp_path / "password").write_text("mail-secret\n")
    settings = {"SMTP_URL": secure.smtp_url, "SMTP_TLS": "required", "SMTP_USER": "portal"}
    account = tell(sending, "secure@example.vn")
    try:
        for password, authorities, reason in [
            ("password", None, "no-secure-connection"),
            ("wrong", "cert.pem", "smtp-535"),
            ("password", "cert.pem", None),
        ]:
            sending.database.run("update deliveries set next_at = now() where state = 'queued'")
            sending.environment.update(settings, SMTP_PASSWORD_FILE=str(tmp_path / password))
            sending.environment["OUTGOING_CA_FILE"] = str(tmp_path / authorities) if authorities else ""
            sending.start_worker()
            for _ in range(100):
                rows = sending.database.rows(
                    "select state, reason from deliveries join notices on notices.id = notice_id"
                    f" where account_id = '{account}'"
                )
                if rows and (rows[0]["reason"] == reason if reason else rows[0]["state"] == "sent"):
                    break
                time.sleep(0.1)
            assert rows[0]["state"] == ("queued" if reason else "sent") and rows[0]["reason"] == reason
            sending.stop()
        assert [address for address, _ in secure.mail] == ["secure@example.vn"]
        assert "mail-secret" not in sending.log()
    finally:
        sending.stop()
        sending.environment = before
        sending.start_worker()
        secure.close()


def test_officers_see_and_repeat_what_was_lost(sending, chromium):
    account = tell(sending, "unknown2@example.vn")
    row = delivery(sending, account, "bounced")
    sending.database.run(
        "update deliveries set agency_code = (select agency_code from accounts where login = 'canbo.hoankiem')"
        f" where id = '{row['id']}'; update accounts set email = 'found@example.vn' where id = '{account}'"
    )
    sending.start()
    context = chromium.new_context(
        base_url=sending.url, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    page = context.new_page()
    page.scripted = False
    sign_in_as(page, sending, "officer")
    page.goto("/can-bo/thong-bao?state=bounced")
    main = page.locator("main")
    expect(main).to_contain_text("u•••@example.vn")
    expect(main).to_contain_text("Máy chủ thư trả lời mã 550")
    assert "unknown2" not in page.content() and "Đỗ Ỷ" not in main.inner_text()
    press(page, "^Gửi lại")
    expect(main).to_contain_text("sẽ được gửi lại ngay")
    assert delivery(sending, account, "sent")["attempts"] == 1
    context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_a_citizen_chooses_reads_and_puts_the_due_date_into_a_calendar(portal, browse, filed, agency, javascript):
    citizen = Citizen()
    page = browse(javascript=javascript, width=360)
    register(page, citizen)
    if "/dang-nhap" in page.url:
        sign_in(page, citizen.personal_number, citizen.password)
    page.goto("/tai-khoan")
    press(page, "^Cách nhận thông báo")
    page.get_by_label("Tin nhắn điện thoại").check()
    page.get_by_label("Thư điện tử", exact=False).last.fill("khong phai thu")
    press(page, "^Lưu$")
    expect(page.locator(".error-summary")).to_contain_text("Thư điện tử")
    expect(page.get_by_label("Tin nhắn điện thoại")).to_be_checked()
    page.locator("[name=email]").fill("moi@example.vn")
    page.locator("[name=present_password]").fill(citizen.password)
    press(page, "^Lưu$")
    expect(page.locator("main")).to_contain_text("Đã lưu")
    account = portal.database.value(f"select id from accounts where login = '{citizen.personal_number}'")
    for status in (2, 4):
        portal.database.run(
            "insert into outbox (topic, payload, created_at, due_at) values ('dossier.status',"
            f" '{{\"account\": \"{account}\", \"code\": \"{filed['code']}\", \"status\": {status}}}', now(), now())"
        )
    for _ in range(50):
        page.goto("/thong-bao")
        if page.locator("main li").count() == 2:
            break
        page.wait_for_timeout(200)
    expect(page.locator("header .badge")).to_contain_text("2")
    press(page, "^Đánh dấu đã đọc")
    expect(page.locator("header .badge")).to_contain_text("1")
    press(page, "^Đánh dấu tất cả")
    expect(page.locator("header .badge")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth") or not javascript
