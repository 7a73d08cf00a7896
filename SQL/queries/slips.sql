-- Slips, and the register of an agency's dossiers.

-- name: slips.template :optional
-- The form in force on a day. $1 day
select id, status = 'verified' as verified from slip_templates where valid_from <= $1 order by valid_from desc limit 1;

-- name: slips.number :one
-- The next number; its row is held until the transaction ends. $1 agency, $2 year, $3 kind
insert into slip_numbers (agency_code, year, kind, last) values ($1, $2, $3, 1)
on conflict on constraint slip_numbers_pkey do update set last = slip_numbers.last + 1
returning last;

-- name: slips.issue :exec
-- $1 id, $2 dossier, $3 agency, $4 kind, $5 year, $6 number, $7 template, $8 whether that is verified, $9 data, $10 now,
-- $11 by whom, $12 journal entry
insert into slips (id, dossier_id, agency_code, kind, year, number, template, verified, data, issued_at, issued_by, entry_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: slips.is_issued :one
-- $1 id
select exists (select from slips where id = $1) as found;

-- name: slips.takers :many
-- Whom a dossier was handed or given to, by name, with the event that says so. $1 code
select event.sequence as sequence, concat_ws(', ', officer.name, unit.name) as name
from (
    select sequence, detail::jsonb as detail
    from dossier_events
    where dossier_id = (select id from dossiers where code = $1) and detail is not null
) as event
left join accounts officer on officer.id = (event.detail ->> 'officer')::uuid
left join agency_units unit on unit.id = (event.detail ->> 'unit')::uuid
where event.detail ->> 'act' in ('hand_over', 'assign') and coalesce(officer.name, unit.name) is not null;

-- name: slips.list :many
-- Slips of a dossier, the oldest first, for its applicant or its agency. $1 code, $2 account, $3 agency
select slip.id as id, slip.kind as kind, slip.template as template, slip.year as year, slip.number as number,
    slip.issued_at as issued_at
from slips slip
join dossiers dossier on dossier.id = slip.dossier_id
where dossier.code = $1 and (slip.agency_code = $3 or (dossier.account_id = $2 and slip.kind <> 'control'))
order by slip.issued_at, slip.id
limit 200;

-- name: slips.find :optional
-- $1 id, $2 code, $3 account, $4 agency
select slip.id as id, slip.kind as kind, slip.template as template, slip.year as year, slip.number as number,
    slip.issued_at as issued_at, slip.verified as verified, slip.data as data, slip.agency_code as agency_code,
    slip.sha256 as sha256
from slips slip
join dossiers dossier on dossier.id = slip.dossier_id
where slip.id = $1 and dossier.code = $2
    and (slip.agency_code = $4 or (dossier.account_id = $3 and slip.kind <> 'control'));

-- name: slips.hold :optional
-- Whether it was printed before, held until the transaction ends. $1 id
select sha256 is not null as printed from slips where id = $1 for update;

-- name: slips.print :exec
-- $1 id, $2 SHA-256 of the file, $3 journal entry
update slips set sha256 = $2, printed_entry_id = $3 where id = $1;

-- name: slips.journalled :many
-- What slips say, with the digests that the journal has of it; for verification. $1 after slip, $2 how many
select slip.id as id, slip.data as data, slip.entry_id as entry_id, entry.content ->> 'data_sha256' as digest,
    slip.sha256 is null or encode(slip.sha256, 'hex') = printed.content ->> 'sha256' as printed_right
from slips slip
join journal_entries entry on entry.id = slip.entry_id
left join journal_entries printed on printed.id = slip.printed_entry_id
where slip.id > $1
order by slip.id
limit $2;

-- name: register.count :one
-- Dossiers that came to an agency in a span of time, counted no further than asked. $1 agency, $2 from, $3 before, $4 most
select count(*) as dossiers from (
    select from dossiers where agency_code = $1 and submitted_at >= $2 and submitted_at < $3 limit $4) as counted;

-- name: register.page :many
-- The same, the oldest first. $1 agency, $2 from, $3 before, $4 after instant, $5 and id, $6 how many
select dossier.id as id, dossier.code as code, dossier.revision_id as revision_id, procedure.name as procedure_name,
    dossier.applicant_name as applicant_name, dossier.status as status, dossier.submitted_at as submitted_at,
    dossier.received_at as received_at, dossier.due_at as due_at, dossier.finished_at as finished_at,
    dossier.origin as origin, answers.answers as answers
from dossiers dossier
join procedures procedure on procedure.code = dossier.procedure_code
left join dossier_answers answers on answers.dossier_id = dossier.id
where dossier.agency_code = $1 and dossier.submitted_at >= $2 and dossier.submitted_at < $3
    and (dossier.submitted_at, dossier.id) > ($4, $5)
order by dossier.submitted_at, dossier.id
limit $6;
