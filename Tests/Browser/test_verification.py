"""Receipts and results as people verify them: on the page without scripts, by command, and with openssl alone."""

import base64
import hashlib
import json
import re
import subprocess

import httpx
import pytest
from playwright.sync_api import expect

from conftest import press, sign_in_as

VERIFY = {"": r"^Xác minh$", "/en": r"^Verify$"}
VALID = {"": "Biên nhận hợp lệ", "/en": "The receipt is valid"}
WRONG = {"": "Biên nhận không hợp lệ", "/en": "The receipt is not valid"}


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], capture_output=True).returncode


@pytest.fixture
def receipt(browse, filed, tmp_path):
    page = browse(storage_state=filed["state"])
    page.goto(f"/ho-so/{filed['code']}/da-nop")
    with page.expect_download() as download:
        page.locator('main a[href$="/bien-nhan.json"]').click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == f"bien-nhan-{filed['code']}.json"
    return path


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_receipt_is_uploaded_or_pasted_and_a_forged_one_found(browse, receipt, filed, language, javascript):
    page = browse(javascript=javascript, width=360)
    page.goto(f"{language}/xac-minh")
    page.locator('[name="file"]').set_input_files(receipt)
    press(page, VERIFY[language])
    expect(page.locator("main")).to_contain_text(VALID[language])
    expect(page.locator("main")).to_contain_text(filed["code"])
    page.locator('[name="text"]').fill(receipt.read_text().replace('"version":1', '"version":2'))
    press(page, VERIFY[language])
    expect(page.locator("main")).to_contain_text(WRONG[language])
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_nothing_chosen_is_said_beside_the_field(browse):
    page = browse(javascript=False)
    page.goto("/xac-minh")
    press(page, VERIFY[""])
    page.locator(".error-summary a").click()
    expect(page.locator("#f-file")).to_be_focused()


def test_a_receipt_verifies_by_command_and_with_openssl_alone(portal, receipt, tmp_path):
    keys = tmp_path / "portal-keys"
    keys.write_bytes(httpx.get(portal.url + "/.well-known/portal-keys").content)
    assert "The receipt is good" in portal.run("verify", "receipt", str(receipt), "--keys", str(keys))
    # The steps of Documentation/verification.md.
    read = json.loads(receipt.read_text())
    key = next(key for key in json.loads(keys.read_text())["keys"] if key["id"] == read["key"])
    (tmp_path / "key.pem").write_text(key["pem"])
    (tmp_path / "signed").write_bytes(canonical(read["signed"]))
    (tmp_path / "signature").write_bytes(base64.urlsafe_b64decode(read["signature"] + "=="))
    arguments = ["pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "key.pem"), "-rawin"]
    arguments += ["-in", str(tmp_path / "signed"), "-sigfile", str(tmp_path / "signature")]
    assert openssl(*arguments) == 0
    (tmp_path / "signed").write_bytes(canonical({**read["signed"], "due_at": None}))
    assert openssl(*arguments) != 0
    applicant = read["applicant"]
    hidden = bytes.fromhex(applicant["salt"]) + f"{applicant['number']}\x1f{applicant['name']}".encode()
    assert hashlib.sha256(hidden).hexdigest() == read["signed"]["applicant_sha256"]
    if proof := read.get("proof"):
        head, path = proof["tree_head"]["signed"], proof["path"]
        leaf = hashlib.sha256(b"\0" + hashlib.sha256(canonical(read["signed"]["entry"])).digest()).digest()
        assert included(leaf, read["signed"]["position"] - 1, head["size"], path) == head["root"]


def included(node, index, size, path):
    """RFC 9162 section 2.1.3.2."""
    last = size - 1
    for sibling in map(bytes.fromhex, path):
        if index & 1 or index == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        index, last = index >> 1, last >> 1
    assert last == 0
    return node.hex()


def test_a_result_is_downloaded_verified_revoked_and_found_revoked(portal, browse, tmp_path):
    # One of the demonstration's, by whichever of its people has one.
    for account in portal.facts["accounts"]:
        if account["role"] not in ("citizen", "business"):
            continue
        page = browse()
        sign_in_as(page, portal, account["user"])
        page.goto("/ho-so")
        for address in [link.get_attribute("href") for link in page.locator('main a[href^="/ho-so/"]').all()]:
            page.goto(address)
            if page.locator('a[href$=".p7s"]').count():
                break
        if page.locator('a[href$=".p7s"]').count():
            break
    dossier = page.url.rsplit("/", 1)[-1]
    for name, selector in (("result.pdf.p7s", 'a[href$=".p7s"]'), ("result.pdf", 'main a[href*="/ket-qua/"]')):
        with page.expect_download() as download:
            page.locator(selector).first.click()
        download.value.save_as(tmp_path / name)
    (tmp_path / "trust.pem").write_bytes(httpx.get(portal.url + "/.well-known/portal-trust.pem").content)
    result, signature, trust = (str(tmp_path / name) for name in ("result.pdf", "result.pdf.p7s", "trust.pem"))
    assert "signature is good" in portal.run("verify", "result", result, "--signature", signature, "--trust", trust)
    check = ["cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", signature, "-content", result]
    check += ["-CAfile", trust, "-purpose", "any", "-out", "/dev/null"]
    demonstrated = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", signature],
        capture_output=True,
        text=True,
    ).stdout
    assert "signingTime" in demonstrated and "signingCertificateV2" in demonstrated
    assert openssl(*check) == 0

    stranger = browse(javascript=False, width=360)
    stranger.goto("/xac-minh")
    stranger.locator('[name="file"]').set_input_files(result)
    press(stranger, VERIFY[""])
    expect(stranger.locator("main")).to_contain_text("Kết quả có hiệu lực")
    stranger.locator('main a[href*="/xac-minh/ket-qua/"]').click()
    address = stranger.url
    assert dossier not in stranger.locator("main").inner_text()
    officers = [account for account in portal.facts["accounts"] if account["role"] == "officer"]
    for account in officers:
        officer = browse(javascript=False)
        sign_in_as(officer, portal, account["user"])
        if officer.goto(f"/can-bo/ho-so/{dossier}").status != 200:
            continue
        # Whoever may decide may take back.
        revocation = officer.locator('main a[href$="/thu-hoi"]').first
        if revocation.count() and officer.goto(revocation.get_attribute("href")).status == 200:
            break
    officer.locator('[name="reason"]').fill("Cấp nhầm số")
    press(officer, r"^Thu hồi$")
    officer.wait_for_url(re.compile(rf"/can-bo/ho-so/{re.escape(dossier)}$"))
    stranger.goto(address)
    expect(stranger.locator("main")).to_contain_text("Kết quả đã bị thu hồi")
    expect(stranger.locator("main")).to_contain_text("Cấp nhầm số")
