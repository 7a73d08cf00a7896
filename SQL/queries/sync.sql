-- Dossiers that agencies' systems bring in step, many at a time.

-- name: sync.lock :many
-- Dossiers about to change, held until the transaction ends; in the order of their codes, so that two who lock don't wait for
-- each other. $1 codes, $2 agency
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    dossier.agency_code as agency_code, dossier.account_id as account_id, dossier.applicant_name as applicant_name,
    dossier.status as status, dossier.version as version, dossier.submitted_at as submitted_at,
    dossier.received_at as received_at, dossier.due_at as due_at, dossier.finished_at as finished_at,
    dossier.revision_id as revision_id, dossier.assigned_to as assigned_to, dossier.unit_id as unit_id,
    dossier.step_due_at as step_due_at, dossier.waits_for as waits_for, dossier.origin as origin
from dossiers dossier
where dossier.code = any ($1) and dossier.agency_code = $2
order by dossier.code
for update of dossier;

-- name: sync.recorded :many
-- Events that an agency reported before. $1 agency, $2 event ids
select event.event_id as event_id, event.dossier_id as dossier_id, event.message_sha256 as message_sha256
from dossier_events event
where event.agency_code = $1 and event.event_id = any ($2);

-- name: sync.statements :many
-- What was stated last of dossiers. $1 dossiers
select dossier_id, statement_sha256 from dossier_sources where dossier_id = any ($1);

-- name: sync.procedures :many
-- Procedures with their revision in force, if there is one. $1 codes
select code, published_revision from procedures where code = any ($1);

-- name: sync.agencies :many
-- Which of these identifiers are agencies'. $1 identifiers
select code from agencies where code = any ($1);

-- name: sync.accounts :many
-- Whose numbers these are. A citizen's only under their own name: an agency's word alone puts nothing into a stranger's account.
-- $1 numbers, $2 names
select distinct account.login as login, account.id as id
from unnest($1::text[], $2::text[]) as given (number, name)
join accounts account on account.login = given.number
where account.kind = 'business' or account.kind = 'citizen' and vn_fold(account.name) = vn_fold(given.name);

-- name: sync.create :many
-- Nothing comes back for a code that is taken. $1 ids, $2 codes, $3 procedures, $4 revisions, $5 agency, $6 accounts,
-- $7 applicants, $8 tracking digits, $9 statuses, $10 submitted, $11 received, $12 due, $13 finished, $14 who has the next step,
-- $15 versions
insert into dossiers (id, code, procedure_code, revision_id, agency_code, account_id, applicant_name, tracking_digits, status,
    origin, submitted_at, received_at, due_at, finished_at, version, waits_for)
select id, code, procedure_code, revision_id, $5, account_id, applicant_name, tracking_digits, status, 'agency',
    submitted_at, received_at, due_at, finished_at, version, waits_for
from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $6::uuid[], $7::text[], $8::text[], $9::smallint[],
    $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::text[],
    $15::integer[])
    as given (id, code, procedure_code, revision_id, account_id, applicant_name, tracking_digits, status, submitted_at,
        received_at, due_at, finished_at, waits_for, version)
order by code
on conflict on constraint dossiers_code_once do nothing
returning id;

-- name: sync.amend :exec
-- Whose dossiers are. $1 dossiers, $2 applicants, $3 tracking digits, $4 accounts, where they belonged to none
update dossiers
set applicant_name = given.applicant_name, tracking_digits = given.tracking_digits,
    account_id = coalesce(dossiers.account_id, given.account_id)
from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) as given (id, applicant_name, tracking_digits, account_id)
where dossiers.id = given.id;

-- name: sync.state :exec
-- What was stated of dossiers. $1 dossiers, $2 agency, $3 kinds of applicants, $4 their numbers, $5 channels, $6 digests, $7 now
insert into dossier_sources (dossier_id, agency_code, applicant_kind, applicant_number, channel, statement_sha256, stated_at)
select dossier_id, $2, applicant_kind, applicant_number, channel, statement_sha256, $7
from unnest($1::uuid[], $3::text[], $4::text[], $5::text[], $6::bytea[])
    as given (dossier_id, applicant_kind, applicant_number, channel, statement_sha256)
on conflict on constraint dossier_sources_pkey do update
set applicant_kind = excluded.applicant_kind, applicant_number = excluded.applicant_number, channel = excluded.channel,
    statement_sha256 = excluded.statement_sha256, stated_at = excluded.stated_at;

-- name: sync.count_flags :exec
-- $1 agencies, $2 flags, one each time, $3 day
insert into agency_flags (agency_code, day, flag, count)
select agency_code, $3, flag, count(*)
from unnest($1::text[], $2::text[]) as given (agency_code, flag)
group by agency_code, flag
order by agency_code, flag
on conflict on constraint agency_flags_pkey do update set count = agency_flags.count + excluded.count;

-- name: sync.flags :many
-- How often an agency's events were flagged since a day. $1 agency, $2 from this day
select flag, sum(count)::bigint as count from agency_flags where agency_code = $1 and day >= $2 group by flag order by flag;

-- name: sync.days :many
-- An agency's days in a span of time, as both sides can work them out: how many dossiers were submitted, and the SHA-256 of
-- the lines "code status", in the order of their bytes. $1 agency, $2 from, $3 before
select (submitted_at at time zone 'Asia/Ho_Chi_Minh')::date as day, count(*) as count,
    sha256(convert_to(string_agg(code || ' ' || status || E'\n', '' order by code collate "C"), 'UTF8')) as sha256
from dossiers
where agency_code = $1 and submitted_at >= $2 and submitted_at < $3
group by 1
order by 1;

-- name: sync.buckets :many
-- The same of one day, by the first two hex digits of the SHA-256 of the codes. $1 agency, $2 from, $3 before
select substr(encode(sha256(convert_to(code, 'UTF8')), 'hex'), 1, 2) as bucket, count(*) as count,
    sha256(convert_to(string_agg(code || ' ' || status || E'\n', '' order by code collate "C"), 'UTF8')) as sha256
from dossiers
where agency_code = $1 and submitted_at >= $2 and submitted_at < $3
group by 1
order by 1;

-- name: sync.bucket :many
-- The dossiers of a bucket. $1 agency, $2 from, $3 before, $4 bucket, $5 behind this code, $6 how many
select code, status, version
from dossiers
where agency_code = $1 and submitted_at >= $2 and submitted_at < $3 and code collate "C" > $5
    and substr(encode(sha256(convert_to(code, 'UTF8')), 'hex'), 1, 2) = $4
order by code collate "C"
limit $6;

-- name: sync.compare :exec
-- $1 agency, $2 days, $3 their counts, $4 their digests, $5 our counts, $6 our digests, $7 now
insert into day_comparisons (agency_code, day, their_count, their_sha256, our_count, our_sha256, compared_at)
select $1, day, their_count, their_sha256, our_count, our_sha256, $7
from unnest($2::date[], $3::integer[], $4::bytea[], $5::integer[], $6::bytea[])
    as given (day, their_count, their_sha256, our_count, our_sha256)
on conflict on constraint day_comparisons_pkey do update
set their_count = excluded.their_count, their_sha256 = excluded.their_sha256, our_count = excluded.our_count,
    our_sha256 = excluded.our_sha256, compared_at = excluded.compared_at;

-- name: sync.drift :many
-- What an agency's system compared, the newest days first. $1 agency, $2 from this day, $3 how many
select day, their_count, our_count, their_sha256 = our_sha256 as agrees, compared_at
from day_comparisons
where agency_code = $1 and day >= $2
order by day desc
limit $3;

-- name: sync.link :many
-- Links dossiers to accounts that came later. $1 accounts made since
update dossiers set account_id = account.id
from dossier_sources source
join accounts account on account.login = source.applicant_number and account.kind in ('citizen', 'business')
where account.created_at >= $1 and dossiers.id = source.dossier_id and dossiers.account_id is null
    and (account.kind = 'business' or vn_fold(account.name) = dossiers.applicant_folded)
returning dossiers.id;
