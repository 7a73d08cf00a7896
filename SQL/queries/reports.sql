-- Reports of agencies' systems that carry a number: where each dossier stands, and what waits for its turn.

-- name: reports.advance :exec
-- A report's number is done; what was refused under it is replaced. $1 dossier, $2 agency, $3 number, $4 now
with replaced as (
    update parked_reports set outcome = 'replaced', settled_at = $4
    where dossier_id = $1 and agency_code = $2 and sequence = $3 and outcome = 'refused'
)
insert into report_places (dossier_id, agency_code, applied) values ($1, $2, $3)
on conflict on constraint report_places_pkey do update set applied = excluded.applied;

-- name: reports.park :exec
-- $1 id, $2 dossier, $3 agency, $4 number, $5 status, $6 occurred, $7 event id, $8 note, $9 officer, $10 title, $11 due,
-- $12 message as it came, $13 who sent it, $14 now
insert into parked_reports (id, dossier_id, agency_code, sequence, status, occurred_at, event_id, note, officer_name,
    officer_title, due_at, message, actor, parked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: reports.parked :optional
-- What waits under a number, and whether its event was applied some other way. $1 dossier, $2 agency, $3 number
select parked.id as id, parked.sequence as sequence, parked.status as status, parked.occurred_at as occurred_at,
    parked.event_id as event_id, parked.note as note, parked.officer_name as officer_name,
    parked.officer_title as officer_title, parked.due_at as due_at, parked.message as message, parked.actor as actor,
    exists (select from dossier_events event where event.agency_code = parked.agency_code
        and event.event_id = parked.event_id) as repeated
from parked_reports parked
where parked.dossier_id = $1 and parked.agency_code = $2 and parked.sequence = $3 and parked.outcome is null;

-- name: reports.settle :exec
-- $1 parked report, $2 outcome, $3 reason, $4 now
update parked_reports set outcome = $2, reason = $3, settled_at = $4 where id = $1;

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
