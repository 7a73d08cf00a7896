-- Reports of agencies' systems that carry a number: where each dossier stands, and what waits for its turn.

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
-- How many reports wait, and how many of them for too long; those of systems that practise don't count.
select count(*) as waiting, count(alarmed_at) as overdue
from parked_reports
where outcome is null and agency_code not in (select code from agencies where is_sandbox);

-- name: reports.lag :one
-- How long after they happened an agency's latest events were reported. $1 agency, $2 since
select count(*) as reports, coalesce(percentile_cont(0.5) within group (order by latest.lag), 0) as median,
    coalesce(percentile_cont(0.95) within group (order by latest.lag), 0) as most
from (
    select greatest(extract(epoch from recorded_at - occurred_at)::float8, 0) as lag
    from dossier_events
    where agency_code = $1 and event_id is not null and recorded_at >= $2
    order by recorded_at desc
    limit 10000
) as latest;

-- name: reports.keep_refused :exec
-- A report that a rule refused; the same one again is counted. $1 id, $2 agency, $3 who sent it, $4 dossier as addressed,
-- $5 event, $6 message as it came, $7 problem, $8 what was wrong with which member, $9 now
insert into refused_reports (id, agency_code, actor, dossier_code, event_id, message, message_sha256, problem, fields,
    times, refused_at)
values ($1, $2, $3, $4, $5, $6, sha256($6), $7, $8, 1, $9)
on conflict (agency_code, actor, message_sha256, coalesce(dossier_code, '')) where outcome is null do update
set times = refused_reports.times + 1, refused_at = excluded.refused_at, problem = excluded.problem,
    fields = excluded.fields;

-- name: reports.refused :many
-- What was refused and didn't come in some other way since, the newest first. $1 agency, $2 who sent it, $3 how many
select id, dossier_code, event_id, actor, message, problem, fields, times, refused_at, outcome
from refused_reports refused
where agency_code = $1 and actor = $2 and outcome is null
    and (problem in ('event-repeated', 'idempotency-key-reused')
        or not exists (select from dossier_events event
            where event.agency_code = refused.agency_code and event.event_id = refused.event_id)
        and not exists (select from parked_reports parked
            where parked.agency_code = refused.agency_code and parked.event_id = refused.event_id
                and parked.outcome is null))
order by refused_at desc, id desc
limit $3;

-- name: reports.find_refused :optional
-- $1 id, $2 agency
select id, dossier_code, event_id, actor, message, problem, fields, times, refused_at, outcome
from refused_reports
where id = $1 and agency_code = $2;

-- name: reports.settle_refused :optional
-- What became of one that was played again; nothing when that was settled before. $1 id, $2 outcome (null: refused again),
-- $3 by whom (null likewise), $4 problem, $5 what was wrong with which member, $6 now
update refused_reports
set outcome = $2, settled_by = $3, settled_at = case when $2 is not null then $6 end, problem = $4, fields = $5,
    refused_at = case when $2 is null then $6 else refused_at end
where id = $1 and outcome is null
returning id, dossier_code, event_id, actor, message, problem, fields, times, refused_at, outcome;

-- name: reports.forget_refused :exec
-- $1 last refused before
delete from refused_reports where refused_at < $1;
