"""What a page costs somebody on a slow line. Compression belongs to the proxy, so sizes here are those of gzip -6."""

import gzip

import pytest

from portal import PROCEDURE

PAGES = {
    "home": "/",
    "search": "/thu-tuc?q=dang+ky",
    "procedure": f"/thu-tuc/{PROCEDURE}",
    "sign-in": "/dang-nhap",
    "section": "{draft}/child",
    "check": "{draft}/kiem-tra",
    "dossier": "/ho-so/{code}",
    "my dossiers": "/ho-so",
}
# In bytes, compressed: a page within the first flight of TCP packets, one style sheet, one script.
HEAVIEST = {"document": 14_336, "stylesheet": 8_192, "script": 4_096, "image": 8_192, "font": 24_576, "other": 4_096}


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_is_light(browse, filed, name):
    page = browse(storage_state=filed["state"])
    weights = []

    def weigh(answer):
        kind = answer.request.resource_type
        # A page's stream of changes stays open: it has no weight yet.
        if kind != "eventsource" and answer.status == 200:
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
    page.goto(f"/thu-tuc/{PROCEDURE}", wait_until="load")
    # Nothing is transferred for what the browser has kept.
    parts = page.evaluate(
        "() => performance.getEntriesByType('resource').map(({name, transferSize}) => [name, transferSize])"
    )
    assert parts, "the page has a style sheet and a script"
    assert [name for name, size in parts if size > 0] == []


@pytest.mark.parametrize("path", ["/", f"/thu-tuc/{PROCEDURE}", "/dang-nhap"])
def test_nothing_moves_while_a_page_loads(browse, path):
    page = browse(width=360)
    page.goto(path, wait_until="load")
    shift = page.evaluate("""() => new Promise(resolve => {
            let sum = 0
            new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value }))
                .observe({type: 'layout-shift', buffered: true})
            setTimeout(() => resolve(sum), 300)
        })""")
    assert shift <= 0.05
