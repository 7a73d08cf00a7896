"""Whatever is killed, whenever: what was acknowledged is there, whole and once, and nothing is there by halves."""

import asyncio
import time
import uuid

import pytest

from crash import (
    ROUNDS,
    SUBMISSIONS,
    broken,
    change_statuses,
    halves,
    prepare,
    repeat_changes,
    submit_again,
    submit_while,
    table,
)
from outside import Outside
from portal import AgencyClient, Database, Portal


def server_dies(portal, cluster):
    portal.kill()


def server_returns(portal, cluster):
    portal.start()


def database_dies(portal, cluster):
    cluster.kill()


def database_returns(portal, cluster):
    """The server stays up all the while and finds the database again by itself."""
    cluster.start()
    portal.wait_until_ready()


VICTIMS = pytest.mark.parametrize(
    "dies, returns", [(server_dies, server_returns), (database_dies, database_returns)], ids=["server", "postgresql"]
)


@VICTIMS
def test_killed_in_the_middle_of_submissions(portal, cluster, capsys, request, dies, returns):
    async def rounds():
        lines, faults = [], []
        for number in range(1, ROUNDS + 1):
            drafts = await prepare(portal, SUBMISSIONS)
            acknowledged = await submit_while(drafts, lambda: dies(portal, cluster))
            returns(portal, cluster)

            known = [draft for draft in drafts if draft.code]
            unknown = [draft for draft in drafts if not draft.code]
            faults += broken(portal, known) + [
                f"round {number}: {name}: {count}" for name, count in halves(portal).items()
            ]
            ids = ",".join(f"'{draft.id}'" for draft in drafts)
            there = int(portal.database.value(f"select count(*) from dossiers where id in ({ids})"))

            await submit_again(unknown)
            faults += [f"{draft.id} can't be submitted again" for draft in unknown if not draft.code]
            faults += broken(portal, [draft for draft in unknown if draft.code])
            faults += [f"round {number}: {name}: {count}" for name, count in halves(portal).items()]
            total = int(portal.database.value(f"select count(*) from dossiers where id in ({ids})"))
            lines.append((number, len(drafts), acknowledged, there - acknowledged, len(unknown), total, len(faults)))
            assert acknowledged < len(drafts), "it was killed too late to prove anything"
        return lines, faults

    lines, faults = asyncio.run(rounds())
    with capsys.disabled():
        table(
            f"kill -9 of the {request.node.callspec.id} during submissions",
            ("round", "sent", "acknowledged", "filed unheard", "sent again", "dossiers", "faults"),
            lines,
        )
    assert faults == []
    portal.run("verify", "journal")


@VICTIMS
def test_killed_in_the_middle_of_status_changes(portal, cluster, capsys, request, dies, returns):
    async def rounds():
        lines, faults = [], []
        drafts = await prepare(portal, min(SUBMISSIONS, 60))
        await submit_again(drafts)
        codes = [draft.code for draft in drafts]
        assert all(codes)
        for number, status in zip(range(1, ROUNDS + 1), [2, 4, 5, 4, 8, 4, 5, 4, 8, 4]):
            agency = AgencyClient(portal)
            notes = await change_statuses(portal, agency, codes, lambda: dies(portal, cluster), status)
            returns(portal, cluster)
            acknowledged = [code for code, note in notes.items() if note[2] is not None]
            events = ",".join(f"'{notes[code][1]['event_id']}'" for code in acknowledged)
            there = int(portal.database.value(f"select count(*) from dossier_events where event_id in ({events})"))
            if there != len(acknowledged):
                faults.append(f"round {number}: {len(acknowledged)} acknowledged, {there} there")
            faults += await repeat_changes(portal, agency, notes)
            faults += [f"round {number}: {name}: {count}" for name, count in halves(portal).items()]
            lines.append((number, status, len(codes), len(acknowledged), there, len(faults)))
        return lines, faults

    lines, faults = asyncio.run(rounds())
    with capsys.disabled():
        table(
            f"kill -9 of the {request.node.callspec.id} during changes of status",
            ("round", "status", "sent", "acknowledged", "there", "faults"),
            lines,
        )
    assert faults == []
    portal.run("verify", "journal")


def test_the_worker_killed_in_the_middle_of_a_thousand_notices(cluster, tmp_path, capsys):
    """Each arrives at least once, under the same id however often it comes."""
    notices, lines = 1000, []
    outside = Outside()
    portal = Portal(
        tmp_path,
        Database.create(cluster.start(), f"crash_{uuid.uuid4().hex[:8]}"),
        SMTP_URL=outside.smtp_url,
        SMTP_TLS="optional",
    )
    try:
        portal.prepare()
        portal.database.run("delete from outbox")
        for number in range(1, ROUNDS + 1):
            portal.database.run(f"""
                insert into accounts (id, kind, login, name, password_hash, email, created_at)
                select gen_random_uuid(), 'citizen', 'r{number}-' || n, 'Đỗ Ỷ', '', 'r{number}-' || n || '@example.vn', now()
                from generate_series(1, {notices}) n;
                insert into outbox (topic, payload, created_at, due_at)
                select 'dossier.status', jsonb_build_object('account', id, 'code', 'x', 'status', 5), now(), now()
                from accounts where login like 'r{number}-%'""")
            before, kills = len(outside.mail), []
            portal.start_worker()
            # Once while notices are made of messages, twice while they are sent.
            for fatal in (1, notices // 3, notices * 2 // 3):
                wait_for(lambda: len(outside.mail) - before >= fatal, portal)
                portal.kill_worker()
                kills.append(len(outside.mail) - before)
                assert kills[-1] < notices, "it was killed too late to prove anything"
                portal.start_worker()
            mine = f"login like 'r{number}-%'"
            wait_for(lambda: int(portal.database.value(f"""
                select count(*) from deliveries join notices on notices.id = notice_id
                join accounts on accounts.id = account_id where {mine} and state = 'sent'""")) == notices, portal)
            portal.kill_worker()
            arrived = {}
            for address, message in outside.mail[before:]:
                arrived.setdefault(address, []).append(message["Message-ID"].split("@")[0].strip("<"))
            known = {row["email"]: row["id"] for row in portal.database.rows(f"""
                select email, deliveries.id from deliveries join notices on notices.id = notice_id
                join accounts on accounts.id = account_id where {mine}""")}
            lines.append((number, notices, *kills, len(arrived), sum(map(len, arrived.values())) - notices))
            assert len(known) == notices and set(arrived) == set(known)
            assert all(set(ids) == {known[address]} for address, ids in arrived.items())
            assert portal.database.value(f"select count(*) from notices join accounts on accounts.id = account_id where {mine}") == str(notices)
            assert portal.database.value(f"select count(*) from accounts where {mine} and unread_notices <> 1") == "0"
    finally:
        portal.stop()
        outside.close()
    with capsys.disabled():
        table(
            "kill -9 of the worker in the middle of 1,000 notices",
            ("round", "notices", "1st kill at", "2nd", "3rd", "arrived", "arrived twice"),
            lines,
        )
    portal.run("verify", "journal")


def wait_for(is_so, portal, seconds=120):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, portal.log()[-2000:]
        assert portal.worker.poll() is None, portal.log()[-2000:]
        time.sleep(0.01)
