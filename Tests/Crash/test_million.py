"""Events by the million, from 20 systems to two servers that are killed like their database: each arrives once, in order."""

import asyncio
import concurrent.futures
import os
import random
import time

from crash import ROUNDS, table
from histories import Follower, System, Told, digests, histories, shuffled
from portal import Portal

EVENTS = int(os.environ.get("CRASH_EVENTS", "20000"))
SYSTEMS = 20


def test_a_million_events_shuffled_doubled_and_cut_off(portal, cluster, capsys):
    second = Portal(portal.folder, portal.database)
    second.start()
    try:
        agency = an_agency_without_dossiers(portal)
        secrets = enrol(portal, agency)
        kept = histories(agency, EVENTS)
        messages, told = shuffled(kept), Told()
        total = sum(history.version for history in kept)
        servers = [portal.url, second.url]
        follower = Follower(servers, secrets[0], told)
        victims = [portal, cluster, second] * ROUNDS

        async def night():
            systems = [
                System(servers, secrets[number], told, messages[number - 1 :: SYSTEMS])
                for number in range(1, SYSTEMS + 1)
            ]
            following = asyncio.create_task(follower.follow(total))
            striking = asyncio.create_task(strike(victims, told, len(messages), portal, second, cluster))
            await asyncio.gather(*(system.tell() for system in systems))
            told_at = time.monotonic()
            assert await striking == len(victims), "it was killed too late to prove anything"
            await following
            return told_at

        start = time.monotonic()
        told_at = asyncio.run(night())
        seconds, lag = told_at - start, time.monotonic() - told_at
        faults = told.faults + wrong(portal, agency, kept, follower)
        faults += asyncio.run(disagreeing(servers, secrets[1], told, kept))
    finally:
        second.stop()
    told_of = [told.counts[name] for name in ("cut off", "unavailable", "sent again", "not stated yet", "parked")]
    with capsys.disabled():
        table(
            f"kill -9 of two servers and PostgreSQL, {len(victims)} times, while {SYSTEMS} systems bring dossiers in step",
            ("events", "messages", "cut off", "503", "sent again", "not stated yet", "parked", "seconds", "feed behind", "faults"),
            [(total, len(messages), *told_of, round(seconds), f"{lag:.1f} s", len(faults))],
        )
    assert faults == [], f"{len(faults)} faults, such as {faults[:20]}"
    portal.run("verify", "journal")


def an_agency_without_dossiers(portal):
    return portal.database.value("""
        select code from agencies where ward_code is not null
            and code not in (select agency_code from dossiers) order by code limit 1""")


def enrol(portal, agency):
    """Ids and secrets: one that follows, and those that tell."""

    def one(number):
        scopes = "dossier:status,dossier:sync" if number else "events:read"
        name = f"he-thong-{number}"
        said = portal.run("client", "enrol", name, "--agency", agency, "--name", "Một cửa", "--scopes", scopes)
        return name, said.split()[-1]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, range(SYSTEMS + 1)))


async def strike(victims, told, total, portal, second, cluster):
    """Kills one after the other, at moments spread over all that is told; gives how many were killed before the end."""
    struck = 0
    for number, victim in enumerate(victims):
        fatal = total * (number + random.random()) / (len(victims) + 1)
        while told.heard < fatal:
            await asyncio.sleep(0.01)
        if told.heard >= total:
            break
        await asyncio.to_thread(victim.kill)
        await asyncio.sleep(random.random())
        await asyncio.to_thread(victim.start)
        for server in (portal, second):
            await asyncio.to_thread(server.wait_until_ready)
        struck += 1
    return struck


def wrong(portal, agency, kept, follower):
    """Every dossier that isn't in the database, or in the follower's hands, as its agency has it, in words."""
    rows = portal.database.value(f"""
        select dossier.code || ' ' || dossier.status || ' ' || dossier.version || string_agg(
            ' ' || event.sequence || ':' || event.status || ':' || coalesce(event.event_id, ''), ''
            order by event.sequence)
        from dossiers dossier join dossier_events event on event.dossier_id = dossier.id
        where dossier.agency_code = '{agency}' group by dossier.id""").splitlines()
    there = {row.split(" ", 1)[0]: row for row in rows}
    found = []
    for history in kept:
        steps = "".join(
            f" {sequence + 1}:{status}:{history.event_id(sequence) if sequence else ''}"
            for sequence, status in enumerate([1] + history.course)
        )
        should = f"{history.code} {history.last} {history.version}{steps}"
        if there.pop(history.code, None) != should:
            found.append(f"there should be {should}")
        if follower.stands.get(history.code) != (history.last, history.version):
            found.append(f"who follows has {follower.stands.get(history.code)} of {history.code}")
    found += [f"nobody told of {row}" for row in there.values()]
    found += [f"who follows was told of {code}" for code in follower.stands.keys() - {history.code for history in kept}]
    left = portal.database.value(f"""
        select count(*) from parked_reports
        where agency_code = '{agency}' and (outcome is null or outcome in ('refused', 'replaced'))""")
    return found + ([f"{left} reports wait or were refused"] if left != "0" else [])


async def disagreeing(servers, client, told, kept):
    """Days whose digests aren't what the agency's own system works out."""
    ours = digests(kept)
    system = System(servers, client, told)
    async with system.http:
        api = f"{servers[0]}/api/v1"
        span = {"from": min(ours), "to": max(ours)}
        answer = await system.http.get(f"{api}/sync/digest", params=span, headers=await system.sign(api))
    days = answer.raise_for_status().json()["items"]
    theirs = {day["day"]: (day["count"], day["sha256"]) for day in days if day["count"]}
    return [
        f"{day}: {ours.get(day)} here, {theirs.get(day)} there"
        for day in ours.keys() | theirs.keys()
        if ours.get(day) != theirs.get(day)
    ]
