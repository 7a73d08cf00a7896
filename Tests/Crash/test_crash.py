"""Whatever is killed, whenever: what was acknowledged is there, whole and once, and nothing is there by halves."""

import asyncio

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
from portal import AgencyClient


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
