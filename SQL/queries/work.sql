-- Officers' work: lists, and what has a life of its own beside a dossier's events.

-- name: work.by_due :many
-- Open dossiers in some statuses, those due first at the head; each status walks its own part of the index.
-- $1 agency, $2 statuses, $3 due at or after, $4 due before, $5 behind this due date, $6 and this id, $7 procedure ('' = any),
-- $8 officer (null = any), $9 only those whose next step is the agency's, $10 only those that nobody has, $11 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version, dossier.waits_for as waits_for,
    officer.name as officer_name, dossier.step_due_at as step_due_at
from (
    select found.* from unnest($2::bigint[]) as wanted (status)
    cross join lateral (
        select dossier.*
        from dossiers dossier
        where dossier.agency_code = $1 and dossier.status = wanted.status::smallint and dossier.finished_at is null
        and coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00') >= $3 and coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00') < $4
        and (coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id) > ($5, $6)
        and ($7 = '' or dossier.procedure_code = $7)
        and ($8 is null or dossier.assigned_to = $8)
        and (not $9 or dossier.waits_for = 'agency')
        and (not $10 or dossier.assigned_to is null)
        order by coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id
        limit $11
    ) as found
    order by coalesce(found.due_at, timestamptz '9999-12-31 00:00:00+00'), found.id
    limit $11
) as dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join accounts officer on officer.id = dossier.assigned_to
order by coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id;

-- name: work.by_waiting :many
-- Open dossiers by who has the next step, those due first at the head. $1 agency, $2 who, $3 behind this due date, $4 and this id,
-- $5 procedure ('' = any), $6 officer (null = any), $7 only those that nobody has, $8 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version, dossier.waits_for as waits_for,
    officer.name as officer_name, dossier.step_due_at as step_due_at
from (
    select dossier.*
    from dossiers dossier
    where dossier.agency_code = $1 and dossier.waits_for = $2 and dossier.finished_at is null
        and (coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id) > ($3, $4)
        and ($5 = '' or dossier.procedure_code = $5)
        and ($6 is null or dossier.assigned_to = $6)
        and (not $7 or dossier.assigned_to is null)
    order by coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id
    limit $8
) as dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join accounts officer on officer.id = dossier.assigned_to
order by coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id;

-- name: work.of_officer :many
-- Open dossiers that an officer has, those due first at the head. $1 agency, $2 officer, $3 statuses, $4 behind this due date,
-- $5 and this id, $6 procedure ('' = any), $7 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version, dossier.waits_for as waits_for,
    officer.name as officer_name, dossier.step_due_at as step_due_at
from (
    select found.* from unnest($3::bigint[]) as wanted (status)
    cross join lateral (
        select dossier.*
        from dossiers dossier
        where dossier.assigned_to = $2 and dossier.agency_code = $1 and dossier.status = wanted.status::smallint
        and dossier.finished_at is null and (coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id) > ($4, $5)
        and ($6 = '' or dossier.procedure_code = $6)
        order by coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id
        limit $7
    ) as found
    order by coalesce(found.due_at, timestamptz '9999-12-31 00:00:00+00'), found.id
    limit $7
) as dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join accounts officer on officer.id = dossier.assigned_to
order by coalesce(dossier.due_at, timestamptz '9999-12-31 00:00:00+00'), dossier.id;

-- name: work.newest :many
-- Dossiers in some statuses, the newest first. $1 agency, $2 statuses, $3 submitted before, $4 and with a smaller id,
-- $5 only those that nobody has, $6 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version, dossier.waits_for as waits_for,
    officer.name as officer_name, dossier.step_due_at as step_due_at
from (
    select found.* from unnest($2::bigint[]) as wanted (status)
    cross join lateral (
        select dossier.*
        from dossiers dossier
        where dossier.agency_code = $1 and dossier.status = wanted.status::smallint and (dossier.submitted_at, dossier.id) < ($3, $4)
        and (not $5 or dossier.assigned_to is null)
        order by dossier.submitted_at desc, dossier.id desc
        limit $6
    ) as found
    order by found.submitted_at desc, found.id desc
    limit $6
) as dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join accounts officer on officer.id = dossier.assigned_to
order by dossier.submitted_at desc, dossier.id desc;

-- name: work.of_procedure :many
-- Dossiers of one procedure, the newest first. $1 agency, $2 procedure, $3 statuses, $4 submitted before, $5 and with a smaller
-- id, $6 officer (null = any), $7 only those that nobody has, $8 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version, dossier.waits_for as waits_for,
    officer.name as officer_name, dossier.step_due_at as step_due_at
from (
    select dossier.*
    from dossiers dossier
    where dossier.agency_code = $1 and dossier.procedure_code = $2 and dossier.status = any ($3::bigint[])
        and (dossier.submitted_at, dossier.id) < ($4, $5)
        and ($6 is null or dossier.assigned_to = $6)
        and (not $7 or dossier.assigned_to is null)
    order by dossier.submitted_at desc, dossier.id desc
    limit $8
) as dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join accounts officer on officer.id = dossier.assigned_to
order by dossier.submitted_at desc, dossier.id desc;

-- name: work.newest_of_officer :many
-- Dossiers that an officer has or had, the newest first. $1 agency, $2 officer, $3 statuses, $4 submitted before, $5 and with a smaller
-- id, $6 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version, dossier.waits_for as waits_for,
    officer.name as officer_name, dossier.step_due_at as step_due_at
from (
    select dossier.*
    from dossiers dossier
    where dossier.agency_code = $1 and dossier.assigned_to = $2 and dossier.status = any ($3::bigint[])
        and (dossier.submitted_at, dossier.id) < ($4, $5)
    order by dossier.submitted_at desc, dossier.id desc
    limit $6
) as dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join accounts officer on officer.id = dossier.assigned_to
order by dossier.submitted_at desc, dossier.id desc;

-- name: work.found :many
-- By the code, or by how the applicant's folded name begins: the newest of the first thousand. $1 agency, $2 code, $3 the first of such
-- names, $4 behind the last ('' = no names), $5 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version, dossier.waits_for as waits_for,
    officer.name as officer_name, dossier.step_due_at as step_due_at
from (
    select * from (
        (select * from dossiers where code = $2 and agency_code = $1)
        union all
        (select * from dossiers where agency_code = $1 and applicant_folded ~>=~ $3 and applicant_folded ~<~ $4 limit 1000)
    ) as found
    order by submitted_at desc, id desc
    limit $5
) as dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join accounts officer on officer.id = dossier.assigned_to
order by dossier.submitted_at desc, dossier.id desc;

-- name: work.counts :one
-- How much waits, counted to a thousand at most: nobody needs to know more, and no page may count a million rows.
-- $1 agency, $2 officer, $3 now, $4 beginning of today, $5 beginning of tomorrow
select
    (select count(*) from (select from dossiers where agency_code = $1 and status = 1 and finished_at is null limit 1000) c)
        + (select count(*) from (
            select from dossiers where agency_code = $1 and status = 5 and waits_for = 'agency' and finished_at is null limit 1000) c)
        as fresh,
    (select count(*) from (select from dossiers where agency_code = $1 and finished_at is null and due_at >= $3 and due_at < $5
        and waits_for <> 'nobody' limit 1000) c) as due_today,
    (select count(*) from (select from dossiers where agency_code = $1 and finished_at is null and due_at < $3
        and waits_for <> 'nobody' and status in (1, 2, 4) limit 1000) c) as late,
    (select count(*) from (select from dossiers where agency_code = $1 and waits_for = 'applicant' and finished_at is null
        limit 1000) c) as waiting_applicant,
    (select count(*) from (select from dossiers where agency_code = $1 and waits_for = 'consulted' and finished_at is null
        limit 1000) c) as waiting_agency,
    (select count(*) from (select from dossiers where agency_code = $1 and status = 9 limit 1000) c) as to_return,
    (select count(*) from (select from dossiers where assigned_to = $2 and finished_at is null limit 1000) c) as mine,
    (select count(*) from (select from consultations where to_agency = $1 and answered_at is null limit 1000) c) as asked_of_us,
    $4::timestamptz as since;

-- name: work.filters :many
-- $1 account
select name, query, is_default from work_filters where account_id = $1 order by name;

-- name: work.keep_filter :exec
-- $1 account, $2 name, $3 query, $4 whether the list opens with it, $5 now
insert into work_filters (account_id, name, query, is_default, saved_at) values ($1, $2, $3, $4, $5)
on conflict on constraint work_filters_pkey do update
set query = excluded.query, is_default = excluded.is_default, saved_at = excluded.saved_at;

-- name: work.no_default :exec
-- $1 account
update work_filters set is_default = false where account_id = $1 and is_default;

-- name: work.drop_filter :exec
-- $1 account, $2 name
delete from work_filters where account_id = $1 and name = $2;

-- name: work.colleagues :many
-- Officers of an agency who may be given work. $1 agency
select id, name from accounts where agency_code = $1 and kind = 'officer' and disabled_at is null order by name, id limit 500;

-- name: work.is_colleague :one
-- Whether work can be given to somebody, who doesn't leave before the transaction ends. $1 account, $2 agency
select exists (
    select from accounts where id = $1 and agency_code = $2 and kind = 'officer' and disabled_at is null for share) as found;

-- name: work.unit_of_colleague :one
-- $1 account
select (select unit_id from staff_duties where account_id = $1) as unit_id;

-- name: work.holding :one
-- A unit, and who can hand over what it holds: its own officers first, then those of the whole agency and who supervises.
-- $1 unit, $2 agency, $3 duties of which one is enough, $4 how many names
select unit.name as unit, coalesce((
    select string_agg(able.name, ', ') from (
        select account.name
        from staff_duties duty
        join accounts account on account.id = duty.account_id
        where duty.agency_code = unit.agency_code and account.disabled_at is null and duty.duties && $3::text[]
            and (duty.unit_id = unit.id or duty.unit_id is null or 'supervise' = any (duty.duties))
        order by duty.unit_id is distinct from unit.id, account.name
        limit $4
    ) as able), '') as people
from agency_units unit
where unit.id = $1 and unit.agency_code = $2;

-- name: work.is_open_unit :one
-- $1 unit, $2 agency
select exists (select from agency_units where id = $1 and agency_code = $2 and closed_at is null) as found;

-- name: work.open_of_officer :one
-- $1 agency, $2 officer
select count(*) as open from dossiers
where agency_code = $1 and assigned_to = $2 and (finished_at is null or status = 9);

-- name: work.lock_of_officer :many
-- The open dossiers of an officer about to leave, held until the transaction ends. $1 agency, $2 officer
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    dossier.agency_code as agency_code, dossier.account_id as account_id, dossier.applicant_name as applicant_name,
    dossier.status as status, dossier.version as version, dossier.submitted_at as submitted_at,
    dossier.received_at as received_at, dossier.due_at as due_at, dossier.finished_at as finished_at,
    dossier.revision_id as revision_id, dossier.assigned_to as assigned_to, dossier.unit_id as unit_id,
    dossier.step_due_at as step_due_at, dossier.waits_for as waits_for, dossier.origin as origin,
    (select event.occurred_at from dossier_events event where event.dossier_id = dossier.id
        and event.sequence = dossier.version) as last_occurred_at,
    null::bytea as answer_fingerprint, null::integer as answer_status, null::bytea as answer_body
from dossiers dossier
where dossier.agency_code = $1 and dossier.assigned_to = $2
    and (dossier.finished_at is null or dossier.status = 9)
order by dossier.id
for update of dossier;

-- name: work.is_extended :one
-- $1 dossier
select exists (select from dossier_events where dossier_id = $1 and kind = 'extended') as found;

-- name: work.open_consultations :one
-- $1 dossier
select count(*) as open from consultations where dossier_id = $1 and answered_at is null;

-- name: work.open_obligations :one
-- $1 dossier
select count(*) as open from obligations where dossier_id = $1 and outcome is null;

-- name: work.supplements :many
-- $1 code
select supplement.id as id, supplement.number as number, supplement.items as items, supplement.note as note,
    supplement.reason as reason, supplement.answer_by as answer_by, supplement.asked_at as asked_at,
    supplement.officer_name as officer_name, supplement.staged as staged, supplement.answered_at as answered_at,
    supplement.answers as answers, supplement.reply as reply, supplement.closed_at as closed_at
from supplements supplement
join dossiers dossier on dossier.id = supplement.dossier_id
where dossier.code = $1
order by supplement.number;

-- name: work.open_supplement :optional
-- The one that nobody has closed. $1 dossier
select id, number, items, note, reason, answer_by, asked_at, officer_name, staged, answered_at, answers, reply, closed_at
from supplements
where dossier_id = $1 and closed_at is null
order by number desc
limit 1;

-- name: work.ask_supplement :exec
-- $1 id, $2 dossier, $3 items, $4 note, $5 reason, $6 answer by, $7 now, $8 officer, $9 their name
insert into supplements (id, dossier_id, number, items, note, reason, answer_by, asked_at, asked_by, officer_name, staged)
select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, '{}' from supplements where dossier_id = $2;

-- name: work.close_supplements :exec
-- $1 dossiers, $2 now
update supplements set closed_at = $2 where dossier_id = any ($1) and closed_at is null;

-- name: work.stage_supplement :optional
-- Nothing comes back when it was sent or closed meanwhile. $1 supplement, $2 answers
update supplements set staged = $2 where id = $1 and answered_at is null and closed_at is null returning id;

-- name: work.answer_supplement :exec
-- $1 supplement, $2 answers, $3 reply, $4 now
update supplements set answers = $2, reply = $3, answered_at = $4, staged = '{}' where id = $1;

-- name: work.supplement_attachments :many
-- Files sent with supplements, or waiting to be. $1 code
select attachment.id as id, attachment.owner_id as owner_id, attachment.field_id as field_id, attachment.name as name,
    attachment.sha256 as sha256, file.size as size, file.media_type as media_type, attachment.added_at as added_at,
    attachment.origin as origin
from dossiers dossier
join supplements supplement on supplement.dossier_id = dossier.id
join attachments attachment on attachment.owner_id = supplement.id
join files file on file.sha256 = attachment.sha256
where dossier.code = $1
order by attachment.added_at, attachment.id;

-- name: work.consult :exec
-- $1 id, $2 dossier, $3 code, $4 procedure, $5 from, $6 to, $7 question, $8 due, $9 now, $10 officer, $11 their name
insert into consultations (id, dossier_id, code, procedure, from_agency, to_agency, question, due_at, asked_at, asked_by, officer_name)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: work.consultations :many
-- What was asked about a dossier. $1 code, $2 the agency that has it
select consultation.id as id, consultation.code as code, consultation.procedure as procedure,
    consultation.from_agency as from_agency, asking.name as from_name, consultation.to_agency as to_agency,
    asked.name as to_name, consultation.question as question, consultation.due_at as due_at,
    consultation.asked_at as asked_at, consultation.officer_name as officer_name, consultation.answer as answer,
    consultation.answered_at as answered_at, consultation.answerer_name as answerer_name
from consultations consultation
join agencies asking on asking.code = consultation.from_agency
join agencies asked on asked.code = consultation.to_agency
where consultation.code = $1 and consultation.from_agency = $2
order by consultation.asked_at, consultation.id;

-- name: work.asked_of :many
-- What other agencies ask: those due first at the head. $1 agency, $2 how many
select consultation.id as id, consultation.code as code, consultation.procedure as procedure,
    consultation.from_agency as from_agency, asking.name as from_name, consultation.to_agency as to_agency,
    asked.name as to_name, consultation.question as question, consultation.due_at as due_at,
    consultation.asked_at as asked_at, consultation.officer_name as officer_name, consultation.answer as answer,
    consultation.answered_at as answered_at, consultation.answerer_name as answerer_name
from consultations consultation
join agencies asking on asking.code = consultation.from_agency
join agencies asked on asked.code = consultation.to_agency
where consultation.to_agency = $1 and consultation.answered_at is null
order by consultation.due_at, consultation.id
limit $2;

-- name: work.consultation :optional
-- $1 id, $2 the agency asked
select consultation.id as id, consultation.code as code, consultation.procedure as procedure,
    consultation.from_agency as from_agency, asking.name as from_name, consultation.to_agency as to_agency,
    asked.name as to_name, consultation.question as question, consultation.due_at as due_at,
    consultation.asked_at as asked_at, consultation.officer_name as officer_name, consultation.answer as answer,
    consultation.answered_at as answered_at, consultation.answerer_name as answerer_name
from consultations consultation
join agencies asking on asking.code = consultation.from_agency
join agencies asked on asked.code = consultation.to_agency
where consultation.id = $1 and consultation.to_agency = $2;

-- name: work.answer_consultation :optional
-- The first answer stays. $1 id, $2 the agency asked, $3 answer, $4 now, $5 officer, $6 their name
update consultations
set answer = $3, answered_at = $4, answered_by = $5, answerer_name = $6
where id = $1 and to_agency = $2 and answered_at is null
returning code, from_agency;

-- name: work.request_payment :exec
-- $1 id, $2 dossier, $3 đồng, $4 reason, $5 now, $6 officer
insert into obligations (id, dossier_id, amount, reason, requested_at, requested_by) values ($1, $2, $3, $4, $5, $6);

-- name: work.settle_payment :exec
-- $1 dossier, $2 outcome, $3 now, $4 officer, $5 note
update obligations set outcome = $2, settled_at = $3, settled_by = $4, settled_note = $5
where dossier_id = $1 and outcome is null;

-- name: work.obligations :many
-- $1 code
select obligation.amount as amount, obligation.reason as reason, obligation.requested_at as requested_at,
    obligation.outcome as outcome, obligation.settled_at as settled_at, obligation.settled_note as settled_note
from obligations obligation
join dossiers dossier on dossier.id = obligation.dossier_id
where dossier.code = $1
order by obligation.requested_at, obligation.id;

-- name: work.messages :many
-- The newest hundred, oldest first. $1 code
select * from (
    select message.id as id, message.side as side, message.name as name, message.body as body, message.sent_at as sent_at,
        message.read_at as read_at
    from dossier_messages message
    join dossiers dossier on dossier.id = message.dossier_id
    where dossier.code = $1
    order by message.sent_at desc, message.id desc
    limit 100
) as newest
order by sent_at, id;

-- name: work.message_attachments :many
-- $1 code
select attachment.id as id, attachment.owner_id as owner_id, attachment.field_id as field_id, attachment.name as name,
    attachment.sha256 as sha256, file.size as size, file.media_type as media_type, attachment.added_at as added_at,
    attachment.origin as origin
from dossiers dossier
join dossier_messages message on message.dossier_id = dossier.id
join attachments attachment on attachment.owner_id = message.id
join files file on file.sha256 = attachment.sha256
where dossier.code = $1
order by attachment.added_at, attachment.id;

-- name: work.send_message :optional
-- Sent twice, it is there once. $1 id, $2 dossier, $3 side, $4 account, $5 name, $6 text, $7 now
insert into dossier_messages (id, dossier_id, side, account_id, name, body, sent_at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict on constraint dossier_messages_pkey do nothing
returning id;

-- name: work.read_messages :exec
-- $1 code, $2 the side that wrote them, $3 now
update dossier_messages message set read_at = $3
from dossiers dossier
where dossier.id = message.dossier_id and dossier.code = $1 and message.side = $2 and message.read_at is null;

-- name: work.notes :many
-- $1 code
select note.name as name, note.body as body, note.written_at as written_at
from dossier_notes note
join dossiers dossier on dossier.id = note.dossier_id
where dossier.code = $1
order by note.written_at, note.id;

-- name: work.add_note :exec
-- $1 id, $2 code, $3 account, $4 name, $5 text, $6 now
insert into dossier_notes (id, dossier_id, account_id, name, body, written_at)
select $1, id, $3, $4, $5, $6 from dossiers where code = $2
on conflict on constraint dossier_notes_pkey do nothing;

-- name: work.look :exec
-- Notes that somebody reads a dossier, once for each reader and hour. $1 code, $2 reader, $3 the hour, $4 name, $5 now
insert into dossier_reads (dossier_id, reader, hour, name, read_at)
select id, $2, $3, $4, $5 from dossiers where code = $1
on conflict on constraint dossier_reads_pkey do nothing;

-- name: work.look_of_system :exec
-- The same of an agency's system, once for each day. $1 code, $2 client, $3 the day's beginning, $4 now
insert into dossier_reads (dossier_id, reader, hour, name, read_at)
select dossier.id, 'client:' || client.id, $3, client.name, $4
from dossiers dossier, api_clients client
where dossier.code = $1 and client.id = $2
on conflict on constraint dossier_reads_pkey do nothing;

-- name: work.readers :many
-- The newest hundred. $1 code
select looked.name as name, looked.read_at as read_at
from dossier_reads looked
join dossiers dossier on dossier.id = looked.dossier_id
where dossier.code = $1
order by looked.hour desc, looked.reader
limit 100;

-- name: work.rate :exec
-- Once; a second is passed over. $1 dossier, $2 account, $3 satisfaction, $4 contacts, $5 offices, $6 attitude, $7 comment, $8 now
insert into dossier_ratings (dossier_id, account_id, satisfaction, contacts, offices, attitude, comment, rated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict on constraint dossier_ratings_pkey do nothing;

-- name: work.rating :optional
-- $1 code
select rating.satisfaction as satisfaction, rating.contacts as contacts, rating.offices as offices,
    rating.attitude as attitude, rating.comment as comment, rating.rated_at as rated_at
from dossier_ratings rating
join dossiers dossier on dossier.id = rating.dossier_id
where dossier.code = $1;

-- name: work.documents :many
-- Files that an account filed with dossiers that were received, each once, the newest first: they may be filed again.
-- $1 account, $2 how many
select * from (
    select distinct on (attachment.sha256) attachment.id as id, attachment.owner_id as owner_id,
    attachment.field_id as field_id, attachment.name as name, attachment.sha256 as sha256, file.size as size,
    file.media_type as media_type, attachment.added_at as added_at, dossier.code as origin,
    dossier.revision_id as revision_id
from (
    select id, code, revision_id, submitted_at
    from dossiers
    where account_id = $1 and received_at is not null and status <> 3
    order by submitted_at desc
    limit 200
) as dossier
join attachments attachment on attachment.owner_id = dossier.id
join files file on file.sha256 = attachment.sha256
    order by attachment.sha256, attachment.added_at desc
) as document
order by added_at desc, id
limit $2;

-- name: work.reuse :exec
-- Hangs a file that is in the store on a draft or supplement as well. $1 id, $2 owner, $3 field, $4 SHA-256, $5 name, $6 now,
-- $7 the dossier that it was filed with
insert into attachments (id, owner_id, field_id, sha256, name, added_at, origin) values ($1, $2, $3, $4, $5, $6, $7);
