"""What was sent, what was acknowledged, and what is there afterwards. The client's own notes are the oracle."""

import asyncio
import contextlib
import hashlib
import os
import pathlib
import random
import re
import signal
import subprocess
import uuid

from forms import Visitor
from portal import ROOT, AgencyClient, Citizen, Database, Portal

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "2"))
SUBMISSIONS = int(os.environ.get("CRASH_SUBMISSIONS", "200"))


class Cluster:
    """A durable PostgreSQL of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def script(self, action):
        done = subprocess.run(
            [ROOT / "Scripts/cluster", action, str(self.folder)], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def start(self):
        return self.script("start")

    def kill(self):
        """Every process of the server at once, as when its machine goes dark."""
        data = os.path.realpath(self.folder / "data")
        processes = [int(process.name) for process in pathlib.Path("/proc").glob("[0-9]*") if works_in(process, data)]
        assert len(processes) > 1
        for process in processes:
            with contextlib.suppress(ProcessLookupError):  # the first one's end may end the others
                os.kill(process, signal.SIGKILL)


def works_in(process, folder):
    try:
        return os.readlink(process / "cwd") == folder
    except OSError:  # it ended in between, or is somebody else's
        return False


class Draft:
    """One draft in the client's notes."""

    def __init__(self, visitor, path, files):
        self.visitor, self.path, self.files = visitor, path, files
        self.id = path.rsplit("/", 1)[1]
        self.code = None

    async def get_ready(self):
        await self.visitor.open(f"{self.path}/kiem-tra")
        self.form = self.visitor.form()
        self.target = self.form.action or f"{self.path}/kiem-tra"

    async def submit(self):
        """Sends the form once. Acknowledged is only what the server said was filed."""
        button = (
            {self.form.buttons[0][0]: self.form.buttons[0][1]} if self.form.buttons and self.form.buttons[0][0] else {}
        )
        try:
            answer = await self.visitor.http.post(self.target, data=self.form.fields | button | {"declaration": "yes"}, follow_redirects=False)
        except Exception:  # cut off: the client doesn't know
            return False
        found = re.search(r"/ho-so/([^/]+)/da-nop", answer.headers.get("location", ""))
        if answer.status_code == 303 and found:
            self.code = found.group(1)
        return self.code is not None


async def prepare(portal, count):
    """Citizens with drafts ready to be submitted, each with a form opened on its check page."""
    place, people = portal.office(), min(count, 10)

    async def one(number):
        visitor, citizen = Visitor(portal, f"198.51.100.{number + 1}"), Citizen()
        await visitor.register(citizen)
        drafts = []
        for _ in range(count // people + (number < count % people)):
            drafts.append(Draft(visitor, *await visitor.prepare_draft(citizen, place)))
        for draft in drafts:
            await draft.get_ready()
        return drafts

    return [draft for drafts in await asyncio.gather(*map(one, range(people))) for draft in drafts]


async def submit_while(drafts, disaster):
    """Sends all at once; after a random number of them is acknowledged, the disaster strikes."""
    fatal, acknowledged, struck = random.randrange(1, max(2, len(drafts) * 3 // 4)), 0, False

    async def one(draft):
        nonlocal acknowledged, struck
        if await draft.submit():
            acknowledged += 1
            if acknowledged >= fatal and not struck:
                struck = True
                disaster()

    await asyncio.gather(*map(one, drafts))
    if not struck:
        disaster()
    return acknowledged


async def submit_again(drafts):
    """Whoever got no answer opens the draft again and repeats, or learns that it was filed already."""

    async def one(draft):
        for _ in range(5):
            answer = await draft.visitor.http.get(f"{draft.path}/kiem-tra")
            if found := re.search(r"/ho-so/([^/]+)(/da-nop)?$", str(answer.url.path)):
                draft.code = found.group(1)
                return
            if answer.status_code == 200:
                draft.visitor.page = answer
                draft.form = draft.visitor.form()
                if await draft.submit():
                    return
            elif answer.status_code == 404:
                # Filed, and the draft gone: repeating the old form tells the code.
                if await draft.submit():
                    return
            await asyncio.sleep(0.5)

    for start in range(0, len(drafts), 20):
        await asyncio.gather(*map(one, drafts[start : start + 20]))


def broken(portal, drafts):
    """Every acknowledged dossier that isn't whole, in words."""
    database, found = portal.database, []
    ids = ",".join(f"'{draft.id}'" for draft in drafts)
    if not ids:
        return found
    rows = {row["id"]: row for row in database.rows(f"""
        select dossier.id, dossier.code,
            exists (select from dossier_answers where dossier_id = dossier.id) as answered,
            exists (select from dossier_events where dossier_id = dossier.id and sequence = 1) as begun,
            exists (select from journal_entries where subject = 'dossier:' || dossier.id) as noted,
            exists (select from drafts where drafts.id = dossier.id) as still_a_draft,
            (select coalesce(json_object_agg(field_id, encode(sha256, 'hex')), '{{}}')
                from attachments where owner_id = dossier.id) as files
        from dossiers dossier where dossier.id in ({ids})""")}
    for draft in drafts:
        row = rows.get(draft.id)
        if row is None:
            found.append(f"{draft.code} was acknowledged and is not there")
            continue
        if row["code"] != draft.code:
            found.append(f"{draft.code} was acknowledged, {row['code']} is there")
        if not (row["answered"] and row["begun"] and row["noted"]) or row["still_a_draft"]:
            found.append(f"{draft.code} is not whole: {row}")
        if row["files"] != draft.files:
            found.append(f"{draft.code} has other files than were sent")
        found += [
            f"{draft.code}: {sha256} is not on disk as sent"
            for sha256 in draft.files.values()
            if not on_disk(portal, sha256)
        ]
    return found


def on_disk(portal, sha256):
    path = portal.files / sha256[:2] / sha256[2:]
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def halves(portal):
    """Parts of dossiers without the rest, over the whole database."""
    questions = {
        "dossiers without answers": """dossiers d
            where not exists (select from dossier_answers a where a.dossier_id = d.id)""",
        "dossiers without events": """dossiers d
            where not exists (select from dossier_events e where e.dossier_id = d.id)""",
        "dossiers without a journal entry": """dossiers d
            where not exists (select from journal_entries j where j.subject = 'dossier:' || d.id)""",
        "drafts that are dossiers too": "drafts join dossiers using (id)",
        "events without their journal entry": """dossier_events e
            where not exists (select from journal_entries j where j.id = e.entry_id)""",
        "dossiers whose events are not 1, 2, … version": """dossiers d
            where d.version <> (select count(*) from dossier_events e where e.dossier_id = d.id)
                or d.version <> (select max(sequence) from dossier_events e where e.dossier_id = d.id)""",
        "dossiers in another status than their last event": """dossiers d
            where d.status <> (select status from dossier_events e where e.dossier_id = d.id
                order by sequence desc limit 1)""",
        "attachments of nothing": """attachments a
            where not exists (select from dossiers d where d.id = a.owner_id)
                and not exists (select from drafts d where d.id = a.owner_id)""",
        "codes given twice": "(select code from dossiers group by code having count(*) > 1) twice",
    }
    counts = {
        name: int(portal.database.value(f"select count(*) from {question}")) for name, question in questions.items()
    }
    return {name: count for name, count in counts.items() if count}


def table(title, heading, rows):
    """The counts of each round, for whoever reads the run."""
    widths = [max(len(str(row[column])) for row in [heading, *rows]) for column in range(len(heading))]
    lines = ["", title] + [
        "  ".join(str(cell).rjust(width) for cell, width in zip(row, widths)) for row in [heading, *rows]
    ]
    print("\n".join(lines), flush=True)


async def change_statuses(portal, agency, codes, disaster, status):
    """One change for each dossier, all at once, with a key each; gives the notes: code → (key, body, first answer)."""
    notes, count, struck = {}, 0, False
    fatal = random.randrange(1, max(2, len(codes) // 2))
    visitor = Visitor(portal, "203.0.113.9")
    headers = {"Authorization": agency.http.headers["Authorization"]}

    async def one(code):
        nonlocal count, struck
        key, body = str(uuid.uuid4()), agency.message(status)
        notes[code] = [key, body, None]
        try:
            answer = await visitor.http.post(
                f"/api/v1/dossiers/{code}/status", json=body, headers=headers | {"Idempotency-Key": key}
            )
        except Exception:
            return
        if answer.status_code == 201:
            notes[code][2] = answer.content
            count += 1
            if count >= fatal and not struck:
                struck = True
                disaster()

    await asyncio.gather(*map(one, codes))
    if not struck:
        disaster()
    return notes


async def repeat_changes(portal, agency, notes):
    """Repeats every change with its key; gives what is wrong with the answers."""
    found, visitor = [], Visitor(portal, "203.0.113.9")
    headers = {"Authorization": agency.http.headers["Authorization"]}
    for code, (key, body, first) in notes.items():
        for _ in range(20):
            answer = await visitor.http.post(
                f"/api/v1/dossiers/{code}/status", json=body, headers=headers | {"Idempotency-Key": key}
            )
            if answer.status_code not in (429, 503):
                break
            await asyncio.sleep(float(answer.headers.get("Retry-After", 1)))
        if answer.status_code != 201:
            found.append(f"{code}: repeated, the answer is {answer.status_code} {answer.text[:200]}")
        elif first is not None and (answer.content != first or answer.headers.get("Idempotent-Replayed") != "true"):
            found.append(f"{code}: repeated, the answer is another than the first")
    events = ",".join(f"'{body['event_id']}'" for _, body, _ in notes.values())
    rows = portal.database.rows(
        f"select event_id, count(*) from dossier_events where event_id in ({events}) group by event_id"
    )
    counts = {row["event_id"]: row["count"] for row in rows}
    return found + [
        f"{code}: {counts.get(body['event_id'], 0)} events"
        for code, (_, body, _) in notes.items()
        if counts.get(body["event_id"]) != 1
    ]
