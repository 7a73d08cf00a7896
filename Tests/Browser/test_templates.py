"""A template file from a publisher's desk to a citizen's hands."""

import hashlib
import json
import uuid

import httpx
from playwright.sync_api import expect

from conftest import press
from portal import AgencyClient, Upload, pdf
from test_publishing import desk, publish, save, submit_for_approval  # noqa: F401

CODE = "1.004884"
DRAFT = "/api/v1/procedures/{code}/draft"


def begin(page, code):
    """A draft on top of what is published, or the one that there is."""
    page.goto(f"/bien-tap/thu-tuc/{code}")
    button = page.locator('form[action$="/ban-moi"] button').first
    (button if button.count() else page.locator("li.card h3 a").first).click()
    page.wait_for_load_state()
    return page.url.split("?")[0]


def test_a_publisher_adds_a_template_and_a_citizen_downloads_it(browse, portal, desk):  # noqa: F811
    author, reviewer = desk("bientap.botuphap", javascript=False), desk("duyet.botuphap", javascript=False)
    revision = begin(author, CODE)
    author.goto(f"{revision}/phan/documents")
    author.get_by_role("link", name="Mẫu đơn, tờ khai kèm theo giấy tờ").click()
    first = author.locator("li.card").first
    wrong = {"name": "tờ khai.docx", "mimeType": "application/msword", "buffer": b"text"}
    first.locator("[name=file]").set_input_files(wrong)
    first.locator("button", has_text="Thêm tệp").click()
    expect(author.locator(".error-summary")).to_contain_text("không nhận loại tệp")
    template = Upload("Tờ khai mẫu.pdf", "application/pdf", pdf())
    first.locator("[name=file]").set_input_files(
        {"name": template.name, "mimeType": template.media_type, "buffer": template.content}
    )
    first.locator("button", has_text="Thêm tệp").click()
    expect(author.locator(".notice.success")).to_contain_text("Đã thêm tệp mẫu")
    expect(first).to_contain_text("Tờ khai mẫu.pdf")

    # The documents' page moves its row, and the file goes along.
    author.goto(f"{revision}/phan/documents")
    name = author.locator('[name="documents.0.name"]').input_value()
    author.locator('button[value="down:documents.0"]').click()
    save(author)
    author.goto(f"{revision}/mau")
    moved = author.locator("li.card").filter(has=author.get_by_role("heading", name=name, exact=True))
    expect(moved.filter(has_text="Tờ khai mẫu.pdf")).to_have_count(1)

    complete(author, revision)
    submit_for_approval(author, revision, "Thêm mẫu tờ khai.")
    reviewer.goto(f"{revision}/mau")
    with reviewer.expect_download() as download:
        reviewer.get_by_role("link", name="Tờ khai mẫu.pdf").click()
    assert download.value.path().read_bytes() == template.content
    reviewer.goto(revision)
    reviewer.get_by_role("link", name="So với bản đang áp dụng").click()
    expect(reviewer.locator("tbody")).to_contain_text("Tệp mẫu")
    publish(reviewer, revision)

    citizen = browse(javascript=False, width=360)
    link = citizen.get_by_role("link", name="Tải mẫu: Tờ khai mẫu.pdf")
    for _ in range(20):
        citizen.goto(f"/thu-tuc/{CODE}")
        if link.count():
            break
        citizen.wait_for_timeout(200)
    with citizen.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == template.name
    assert hashlib.sha256(download.value.path().read_bytes()).hexdigest() == template.sha256


def complete(page, revision):
    """What the procedure still lacks before it can be submitted."""
    page.goto(revision)
    parts = {link.get_attribute("href") for link in page.locator("#findings ~ ul a").all()}
    if any(part.endswith("/phan/steps") for part in parts):
        page.goto(f"{revision}/phan/steps")
        page.locator('[name="steps.0.text"]').fill("Nộp hồ sơ và chờ kết quả.")
        save(page)
    if any(part.endswith("/phan/agencies") for part in parts):
        page.goto(f"{revision}/phan/agencies")
        for name, value in (("executing", "Ủy ban nhân dân cấp xã"), ("subjects", "Công dân Việt Nam")):
            if not page.locator(f"[name={name}]").input_value():
                page.locator(f"[name={name}]").fill(value)
        save(page)
    page.goto(revision)
    unexplained = page.locator('form[action$="/giai-thich"]').filter(
        has=page.locator('[name=explanation][value=""]')
    )
    while unexplained.count():
        form = unexplained.first
        form.locator("[name=explanation]").fill("Theo quy định.")
        form.locator("button").click()
        page.wait_for_load_state()


def test_a_repository_sends_its_form_and_is_answered_as_described(portal):
    client = next(client for client in portal.facts["clients"] if client["client_id"] == "bieu-mau-botuphap")
    system, path = AgencyClient(portal, client), "/api/v1/procedures/2.000635/draft"

    def send(method, status, path=path, template=DRAFT, version=None, **options):
        headers = {"Idempotency-Key": str(uuid.uuid4())} | ({"If-Match": f'"{version}"'} if version else {})
        answer = system.http.request(method, path, headers=headers, **options)
        if status == 204:
            assert answer.status_code == 204 and answer.content == b""
            return answer
        return system.check(answer, template, method.lower(), status)

    facts = system.get("/api/v1/procedures/2.000635", "/api/v1/procedures/{code}").json()["facts"]
    document = {"format": 1, "procedure": facts, "form": None}
    assert send("PUT", 201, json=document).headers["ETag"] == '"1"'
    assert send("PUT", 428, json=document).json()["version"] == 1
    assert send("PUT", 412, json=document, version=9).json()["version"] == 1
    assert send("PUT", 200, json=document, version=1).json()["version"] == 2
    text = json.dumps({**document, "procedure": {**facts, "stepps": []}}, indent=1, ensure_ascii=False)
    assert send("PUT", 415, content=text, version=2)
    system.http.headers["Content-Type"] = "application/json"
    errors = send("PUT", 422, content=text, version=2).json()["errors"]
    line = next(number for number, line in enumerate(text.splitlines(), 1) if '"stepps"' in line)
    assert [(error["line"], error["field"], error["code"]) for error in errors] == [
        (line, "procedure.stepps", "unknown_field")
    ]
    assert send("GET", 200).json()["document"]["procedure"]["name"] == facts["name"]
    assert send(
        "POST", 422, path + "/submission", DRAFT + "/submission", json={"summary": "Thử"}
    ).json()["findings"]
    send("POST", 403, path + "/publication", DRAFT + "/publication", json={})
    send("DELETE", 412, version=1)
    send("DELETE", 204, version=2)
    send("GET", 404)
    stranger = AgencyClient(portal)
    stranger.check(stranger.http.get(path), DRAFT, "get", 403)
    assert httpx.get(portal.url + path).status_code == 401
