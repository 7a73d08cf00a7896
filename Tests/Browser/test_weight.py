"""What a page costs somebody on a slow line. Sizes are those of gzip -6, whoever compresses: the portal or a proxy."""

import contextlib
import gzip
import re

import httpx
import playwright.sync_api
import pytest

from portal import PROCEDURE

OFFLINE = "1.001731"  # a procedure that is only described

PAGES = {
    "home": "/",
    "all procedures": "/thu-tuc",
    "search": "/thu-tuc?q=dang+ky",
    "search narrowed": "/thu-tuc?q=dang+ky&online=no&subject=C%C3%B4ng+d%C3%A2n+Vi%E1%BB%87t+Nam",
    "fields": "/linh-vuc",
    "fee and due date": "/thu-tuc/1.000656?case=1.000656.01&method=DIRECT",
    "nothing found": "/thu-tuc?q=zzzzqqq",
    "procedure": f"/thu-tuc/{PROCEDURE}",
    "procedure in English": f"/en/thu-tuc/{PROCEDURE}",
    "procedure not online": f"/thu-tuc/{OFFLINE}",
    "revision": f"/thu-tuc/{PROCEDURE}/ban/1",
    "life events": "/su-kien",
    "life event": "/su-kien/cu-tru-va-giay-to-tuy-than",
    "questions": "/hoi-dap",
    "question": "/hoi-dap/tim-thu-tuc-the-nao",
    "agencies": "/co-quan",
    "agencies of a province": "/co-quan?tinh=79",
    "agencies found": "/co-quan?q=ha+noi",
    "agency": "/co-quan/G15",
    "ward's committee": "/co-quan/H26.00070",
    "open data": "/du-lieu",
    "tracking": "/tra-cuu",
    "verification": "/xac-minh",
    "unknown result": "/xac-minh/ket-qua/00000-00000-00000-00000",
    "feedback": "/phan-anh",
    "feedback form": "/phan-anh/gui",
    "feedback tracking": "/phan-anh/tra-cuu",
    "help": "/tro-giup",
    "privacy": "/quyen-rieng-tu",
    "accessibility": "/tiep-can",
    "not found": "/khong-co-trang-nay",
    "sign-in": "/dang-nhap",
    "registration": "/dang-ky",
    "citizen's registration": "/dang-ky/cong-dan",
    "business's registration": "/dang-ky/doanh-nghiep",
    "section": "{draft}/child",
    "check": "{draft}/kiem-tra",
    "dossier": "/ho-so/{code}",
    "my dossiers": "/ho-so",
    "withdrawal": "/ho-so/{code}/rut",
    "readers": "/ho-so/{code}/da-xem",
    "my feedback": "/phan-anh/cua-toi",
    "my documents": "/kho-giay-to",
    "my notices": "/thong-bao",
    "how I am notified": "/tai-khoan/thong-bao",
    "my mandates": "/tai-khoan/uy-quyen",
    "a new mandate": "/tai-khoan/uy-quyen/moi",
}
OWN = (
    "/ho-so",
    "/kho-giay-to",
    "/thong-bao",
    "/tai-khoan/thong-bao",
    "/tai-khoan/uy-quyen",
    "/tai-khoan/uy-quyen/moi",
    "/phan-anh/cua-toi",
)
PUBLIC = [name for name, path in PAGES.items() if "{" not in path and path not in OWN]
# In bytes, compressed: a page within the first flight of TCP packets, one style sheet, one script.
HEAVIEST = {"document": 14_336, "stylesheet": 8_192, "script": 4_096, "image": 8_192, "font": 24_576, "other": 4_096}

# Bits a second, milliseconds a round trip, how many times slower the processor; then seconds for the first page, its
# first paint, and the next page.
LINES = {
    "fast 3G": (1_440_000, 562, 4, 3.5, 2.5, None),
    "slow 3G": (400_000, 400, 1, 6, None, 2.5),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_is_light(browse, filed, name):
    page = browse(storage_state=filed["state"])
    weights = []

    def weigh(answer):
        kind = answer.request.resource_type
        # A page's stream of changes stays open: it has no weight yet.
        if kind != "eventsource" and answer.status in (200, 404):
            weights.append((kind, answer.url, len(gzip.compress(answer.body(), 6))))

    page.on("requestfinished", lambda request: weigh(request.response()))
    page.goto(PAGES[name].format(**filed), wait_until="load")
    page.wait_for_timeout(300)
    assert len(weights) <= 5, weights
    assert sum(weight for _, _, weight in weights) <= 45_000, weights
    too_heavy = [entry for entry in weights if entry[2] > HEAVIEST.get(entry[0], HEAVIEST["other"])]
    assert too_heavy == []


def test_the_next_page_asks_for_nothing_but_itself(browse):
    page = browse()
    page.goto("/", wait_until="load")
    # The browser fetches its icon in its own time: a page that is left before would leave that to the next one.
    with contextlib.suppress(playwright.sync_api.TimeoutError):
        page.wait_for_function(
            "() => performance.getEntriesByType('resource').some(({name}) => name.includes('/favicon.'))", timeout=3000
        )
    page.goto(f"/thu-tuc/{PROCEDURE}", wait_until="load")
    # Nothing is transferred for what the browser has kept.
    parts = page.evaluate(
        "() => performance.getEntriesByType('resource').map(({name, transferSize}) => [name, transferSize])"
    )
    assert parts, "the page has a style sheet and a script"
    assert [name for name, size in parts if size > 0] == []


def test_every_page_that_search_engines_are_told_of_is_light_and_names_its_addresses(portal):
    with httpx.Client(base_url=portal.url) as client:
        listed = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").text)
        assert len(listed) >= 2 * 77
        found = []
        for address in listed:
            answer = client.get(address)
            if answer.status_code != 200:
                found.append((address, answer.status_code))
            if (weight := len(gzip.compress(answer.content, 6))) > HEAVIEST["document"]:
                found.append((address, weight))
            if "/thu-tuc/" in address and f'<{address}>; rel="canonical"' not in answer.headers["link"]:
                found.append((address, answer.headers["link"]))
        assert found == []


@pytest.mark.parametrize("name", PUBLIC)
def test_nothing_moves_while_a_page_loads(browse, name):
    page = browse(width=360)
    page.goto(PAGES[name], wait_until="load")
    shift = page.evaluate("""() => new Promise(resolve => {
            let sum = 0
            new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value }))
                .observe({type: 'layout-shift', buffered: true})
            setTimeout(() => resolve(sum), 300)
        })""")
    assert shift <= 0.05


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", ["home", "search", "procedure"])
def test_a_slow_line_is_no_hindrance(browse, name, line):
    bits, latency, slower, first, paint, following = LINES[line]
    page = browse(width=360)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": latency, "downloadThroughput": bits / 8, "uploadThroughput": bits / 8},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    usable, painted = visit(page, PAGES[name])
    assert usable <= first
    assert paint is None or painted <= paint
    if following:
        assert visit(page, PAGES["open data"])[0] <= following


def visit(page, path):
    """Seconds until the page could be used, and until anything was seen of it."""
    page.goto(path, wait_until="load")
    return page.evaluate("""() => new Promise(resolve => {
            const loaded = performance.getEntriesByType('navigation')[0].loadEventStart
            new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')
                .forEach(paint => resolve([loaded / 1000, paint.startTime / 1000])))
                .observe({type: 'paint', buffered: true})
        })""")
