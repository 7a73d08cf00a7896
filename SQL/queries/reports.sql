-- Reports of agencies' systems that carry a number: where each dossier stands, and what waits for its turn.

-- name: reports.places :many
-- How far dossiers' reports were applied. $1 dossiers, $2 agency
select dossier_id, applied from report_places where dossier_id = any ($1) and agency_code = $2;

-- name: reports.advance :exec
-- Up to here numbers are done; what was refused under them is replaced. $1 dossiers, $2 agency, $3 numbers, $4 now
with given as (
    select dossier_id, applied from unnest($1::uuid[], $3::integer[]) as given (dossier_id, applied)
), replaced as (
    update parked_reports set outcome = 'replaced', settled_at = $4
    from given
    where parked_reports.dossier_id = given.dossier_id and parked_reports.agency_code = $2
        and parked_reports.sequence <= given.applied and parked_reports.outcome = 'refused'
)
insert into report_places (dossier_id, agency_code, applied) select dossier_id, $2, applied from given
on conflict on constraint report_places_pkey do update set applied = excluded.applied;

-- name: reports.park :exec
-- $1 ids, $2 dossiers, $3 agency, $4 numbers, $5 statuses, $6 occurred, $7 event ids, $8 notes, $9 officers, $10 titles,
-- $11 due, $12 messages as they came, $13 who sent them, $14 now
insert into parked_reports (id, dossier_id, agency_code, sequence, status, occurred_at, event_id, note, officer_name,
    officer_title, due_at, message, actor, parked_at)
select id, dossier_id, $3, sequence, status, occurred_at, event_id, note, officer_name, officer_title, due_at, message,
    actor, $14
from unnest($1::uuid[], $2::uuid[], $4::integer[], $5::smallint[], $6::timestamptz[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::timestamptz[], $12::bytea[], $13::text[])
    as given (id, dossier_id, sequence, status, occurred_at, event_id, note, officer_name, officer_title, due_at, message,
        actor);

-- name: reports.parked :many
-- What waits for its turn, and whether its event was applied some other way. $1 dossiers, $2 agency
select parked.id as id, parked.dossier_id as dossier_id, parked.sequence as sequence, parked.status as status,
    parked.occurred_at as occurred_at, parked.event_id as event_id, parked.note as note,
    parked.officer_name as officer_name, parked.officer_title as officer_title, parked.due_at as due_at,
    parked.message as message, parked.actor as actor,
    exists (select from dossier_events event where event.agency_code = parked.agency_code
        and event.event_id = parked.event_id) as repeated
from parked_reports parked
where parked.dossier_id = any ($1) and parked.agency_code = $2 and parked.outcome is null;

-- name: reports.settle :exec
-- $1 parked reports, $2 outcomes, $3 reasons, $4 now
update parked_reports set outcome = given.outcome, reason = given.reason, settled_at = $4
from unnest($1::uuid[], $2::text[], $3::text[]) as given (id, outcome, reason)
where parked_reports.id = given.id;

-- name: reports.recorded :optional
-- An event that an agency reported before, with the digest of its message. $1 agency, $2 event id, $3 dossier's code
select event.sequence as sequence, event.previous_status as previous_status, event.recorded_at as recorded_at,
    event.kind as kind, event.message_sha256 as message_sha256, dossier.status as status, dossier.version as version,
    dossier.due_at as due_at
from dossier_events event
join dossiers dossier on dossier.id = event.dossier_id
where event.agency_code = $1 and event.event_id = $2 and dossier.code = $3;

-- name: reports.waiting :optional
-- The same for one that waits for its turn. $1 agency, $2 event id, $3 dossier's code
select sha256(parked.message) as message_sha256, coalesce(place.applied, 0) as applied, dossier.status as status,
    dossier.version as version, dossier.due_at as due_at
from parked_reports parked
join dossiers dossier on dossier.id = parked.dossier_id
left join report_places place on place.dossier_id = parked.dossier_id and place.agency_code = parked.agency_code
where parked.agency_code = $1 and parked.event_id = $2 and dossier.code = $3 and parked.outcome is null;

-- name: reports.open :many
-- What an agency still has to look after: reports that wait for one before them, and those that were refused when their
-- turn came. The oldest first. $1 agency, $2 behind, $3 how many
select parked.id as id, dossier.code as code, parked.sequence as sequence, coalesce(place.applied, 0) as applied,
    parked.event_id as event_id, parked.status as status, parked.occurred_at as occurred_at,
    parked.parked_at as parked_at, parked.alarmed_at as alarmed_at, parked.outcome as outcome, parked.reason as reason
from parked_reports parked
join dossiers dossier on dossier.id = parked.dossier_id
left join report_places place on place.dossier_id = parked.dossier_id and place.agency_code = parked.agency_code
where parked.agency_code = $1 and parked.id > $2 and (parked.outcome is null or parked.outcome = 'refused')
order by parked.id
limit $3;

-- name: reports.open_of_dossier :many
-- The same of one dossier. $1 code, $2 agency, $3 how many
select parked.id as id, dossier.code as code, parked.sequence as sequence, coalesce(place.applied, 0) as applied,
    parked.event_id as event_id, parked.status as status, parked.occurred_at as occurred_at,
    parked.parked_at as parked_at, parked.alarmed_at as alarmed_at, parked.outcome as outcome, parked.reason as reason
from dossiers dossier
join parked_reports parked on parked.dossier_id = dossier.id
left join report_places place on place.dossier_id = parked.dossier_id and place.agency_code = parked.agency_code
where dossier.code = $1 and parked.agency_code = $2 and (parked.outcome is null or parked.outcome = 'refused')
order by parked.sequence, parked.id
limit $3;

-- name: reports.alarm :many
-- Reports that have waited since before an instant, each named once. $1 since, $2 now, $3 how many
update parked_reports set alarmed_at = $2
where id in (
    select id from parked_reports
    where outcome is null and alarmed_at is null and parked_at < $1
    order by parked_at
    limit $3
    for update skip locked
)
returning id;

-- name: reports.gaps :one
-- How many reports wait, and how many of them for too long.
select count(*) as waiting, count(alarmed_at) as overdue from parked_reports where outcome is null;
