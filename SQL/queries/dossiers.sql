-- Drafts, dossiers, their answers, files and events. Every statement names for whom it acts, although row-level
-- security would hide the rest anyway: two walls.

-- name: drafts.open :exec
-- $1 id, $2 account, $3 procedure, $4 revision, $5 agency, $6 answers, $7 now
insert into drafts (id, account_id, procedure_code, revision_id, agency_code, answers, saved_sections, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, '{}', $7, $7);

-- name: drafts.fresh :many
-- Drafts of an account, newest first: which are like one about to be begun, and how many there are. $1 account,
-- $2 procedure, $3 agency, $4 begun after, $5 how many, $6 name of the child for whom it would be and $7 their date of birth
select draft.id as id,
    draft.procedure_code = $2 and draft.agency_code = $3 and draft.created_at > $4
        and draft.updated_at = draft.created_at and child.name is not distinct from $6
        and child.date_of_birth is not distinct from $7 as alike
from drafts draft
left join dossier_children child on child.dossier_id = draft.id
where draft.account_id = $1
order by draft.created_at desc
limit $5;

-- name: drafts.find :optional
-- $1 draft, $2 account
select draft.id as id, draft.procedure_code as procedure_code, draft.revision_id as revision_id,
    draft.agency_code as agency_code, agency.name as agency_name, draft.answers as answers,
    draft.saved_sections as saved_sections, draft.created_at as created_at, draft.updated_at as updated_at,
    draft.carried as carried, procedure.online as online
from drafts draft
join agencies agency on agency.code = draft.agency_code
join procedures procedure on procedure.code = draft.procedure_code
where draft.id = $1 and draft.account_id = $2;

-- name: drafts.lock :optional
-- The same, held until the transaction ends. $1 draft, $2 account
select draft.id as id, draft.procedure_code as procedure_code, draft.revision_id as revision_id,
    draft.agency_code as agency_code, agency.name as agency_name, draft.answers as answers,
    draft.saved_sections as saved_sections, draft.created_at as created_at, draft.updated_at as updated_at,
    draft.carried as carried, procedure.online as online
from drafts draft
join agencies agency on agency.code = draft.agency_code
join procedures procedure on procedure.code = draft.procedure_code
where draft.id = $1 and draft.account_id = $2
for update of draft;

-- name: drafts.list :many
-- The newest drafts of an account. $1 account, $2 procedure ('' = any), $3 how many
select draft.id as id, draft.procedure_code as procedure_code, procedure.name as procedure_name,
    procedure.name_en as procedure_name_en, draft.created_at as created_at, draft.updated_at as updated_at
from drafts draft
join procedures procedure on procedure.code = draft.procedure_code
where draft.account_id = $1 and ($2 = '' or draft.procedure_code = $2)
order by draft.updated_at desc, draft.id
limit $3;

-- name: drafts.save :exec
-- $1 draft, $2 account, $3 answers, $4 sections that were saved, $5 now
update drafts set answers = $3, saved_sections = $4, updated_at = $5 where id = $1 and account_id = $2;

-- name: drafts.discard :exec
-- $1 draft, $2 account
delete from drafts where id = $1 and account_id = $2;

-- name: children.name :exec
-- For whom a parent files. $1 draft, $2 name, $3 date of birth, $4 personal number
insert into dossier_children (dossier_id, name, date_of_birth, personal_number) values ($1, $2, $3, $4);

-- name: children.of_dossier :optional
-- $1 code
select child.name as name, child.date_of_birth as date_of_birth, child.personal_number as personal_number
from dossiers dossier
join dossier_children child on child.dossier_id = dossier.id
where dossier.code = $1;

-- name: children.of_draft :optional
-- $1 draft
select name, date_of_birth, personal_number from dossier_children where dossier_id = $1;

-- name: children.remove :exec
-- $1 draft
delete from dossier_children where dossier_id = $1;

-- name: agents.name :exec
-- Who acts for the applicant, as the mandate says. $1 dossier, $2 mandate, $3 the applicant, $4 now
insert into dossier_agents (dossier_id, mandate_id, agent_id, agent_name, basis, document_sha256, first_at)
select $1, mandate.id, agent.id, agent.name, mandate.basis, mandate.document_sha256, $4
from mandates mandate
join accounts agent on agent.id = mandate.agent_id
where mandate.id = $2 and mandate.principal_id = $3
on conflict on constraint dossier_agents_pkey do nothing;

-- name: agents.of_dossier :many
-- $1 code
select agent.mandate_id as mandate_id, agent.agent_id as agent_id, agent.agent_name as agent_name,
    agent.basis as basis, agent.document_sha256 as document_sha256, file.media_type as document_type
from dossiers dossier
join dossier_agents agent on agent.dossier_id = dossier.id
left join files file on file.sha256 = agent.document_sha256
where dossier.code = $1
order by agent.first_at, agent.mandate_id;

-- name: attachments.add :exec
-- $1 id, $2 draft, $3 field, $4 SHA-256, $5 name, $6 now
insert into attachments (id, owner_id, field_id, sha256, name, added_at) values ($1, $2, $3, $4, $5, $6);

-- name: attachments.list :many
-- $1 draft or dossier
select attachment.id as id, attachment.field_id as field_id, attachment.name as name, attachment.sha256 as sha256,
    file.size as size, file.media_type as media_type, attachment.added_at as added_at, attachment.origin as origin
from attachments attachment
join files file on file.sha256 = attachment.sha256
where attachment.owner_id = $1
order by attachment.added_at, attachment.id;

-- name: attachments.remove :exec
-- $1 attachment, $2 draft
delete from attachments where id = $1 and owner_id = $2;

-- name: attachments.remove_all :exec
-- $1 draft
delete from attachments where owner_id = $1;

-- name: dossiers.allocate :one
-- The next running number of an agency and day. Committed on its own, so that submissions at once don't queue behind
-- each other's commit; the caller lets this commit be asynchronous, for a later durable one carries it along.
-- $1 agency, $2 day
insert into dossier_numbers (agency_code, day, last) values ($1, $2, 1)
on conflict on constraint dossier_numbers_pkey do update set last = dossier_numbers.last + 1
returning last;

-- name: dossiers.submit :exec
-- $1 id, $2 code, $3 procedure, $4 revision, $5 agency, $6 account, $7 applicant, $8 tracking digits, $9 now, $10 due
insert into dossiers (id, code, procedure_code, revision_id, agency_code, account_id, applicant_name, tracking_digits,
    status, origin, submitted_at, due_at, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, 1, 'portal', $9, $10, 1);

-- name: dossiers.answer :exec
-- $1 dossier, $2 answers, $3 how the due date was worked out, $4 the dossiers that answers were taken over from
insert into dossier_answers (dossier_id, answers, deadline, origins) values ($1, $2, $3, $4);

-- name: dossiers.earlier_answers :many
-- What a draft may take answers from: dossiers of the account that were received, the newest of the procedure and then the
-- newest of all. $1 account, $2 procedure
select dossier.code as code, dossier.submitted_at as submitted_at, dossier.revision_id as revision_id,
    answers.answers as answers,
    (select coalesce(jsonb_agg(supplement.answers order by supplement.number), '[]') from supplements supplement
        where supplement.dossier_id = dossier.id and supplement.answers is not null) as supplemented
from (
    (select id, code, procedure_code, submitted_at, revision_id from dossiers
        where account_id = $1 and procedure_code = $2 and received_at is not null and status <> 3
        order by submitted_at desc, id desc limit 3)
    union
    (select id, code, procedure_code, submitted_at, revision_id from dossiers
        where account_id = $1 and received_at is not null and status <> 3
        order by submitted_at desc, id desc limit 10)
) as dossier
join dossier_answers answers on answers.dossier_id = dossier.id
order by (dossier.procedure_code = $2) desc, dossier.submitted_at desc, dossier.id desc;

-- name: dossiers.record :exec
-- What happened. $1 dossiers, $2 sequences, $3 statuses, $4 previous ones, $5 occurred, $6 recorded, $7 agencies, $8 the
-- agencies' event ids, $9 officers, $10 titles, $11 notes, $12 raw messages, $13 their SHA-256, $14 journal entries, $15 kinds,
-- $16 the persons' accounts, $17 details, $18 flags, apart by spaces
insert into dossier_events (dossier_id, sequence, status, previous_status, occurred_at, recorded_at, agency_code, event_id,
    officer_name, officer_title, note, message, message_sha256, entry_id, kind, account_id, detail, flags)
select dossier_id, sequence, status, previous_status, occurred_at, $6, agency_code, event_id, officer_name, officer_title,
    note, message, message_sha256, entry_id, kind, account_id, detail, string_to_array(flags, ' ')
from unnest($1::uuid[], $2::integer[], $3::smallint[], $4::smallint[], $5::timestamptz[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::uuid[], $15::text[], $16::uuid[], $17::text[],
    $18::text[])
    as given (dossier_id, sequence, status, previous_status, occurred_at, agency_code, event_id, officer_name,
        officer_title, note, message, message_sha256, entry_id, kind, account_id, detail, flags);

-- name: dossiers.applicant :optional
-- Whose it is, if anybody's here. $1 dossier
select account_id from dossiers where id = $1 and account_id is not null;

-- name: dossiers.code_of :optional
-- The code that a draft's submission got. $1 draft, $2 account
select code from dossiers where id = $1 and account_id = $2;

-- name: dossiers.lock :optional
-- A dossier about to change, held until the transaction ends. $1 code, $2 agency
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    dossier.agency_code as agency_code, dossier.account_id as account_id, dossier.applicant_name as applicant_name,
    dossier.status as status, dossier.version as version, dossier.submitted_at as submitted_at,
    dossier.received_at as received_at, dossier.due_at as due_at, dossier.finished_at as finished_at,
    dossier.revision_id as revision_id, dossier.assigned_to as assigned_to, dossier.unit_id as unit_id,
    dossier.step_due_at as step_due_at, dossier.waits_for as waits_for, dossier.origin as origin
from dossiers dossier
where dossier.code = $1 and dossier.agency_code = $2
for update of dossier;

-- name: dossiers.lock_of_account :optional
-- The same for the applicant's. $1 code, $2 account
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    dossier.agency_code as agency_code, dossier.account_id as account_id, dossier.applicant_name as applicant_name,
    dossier.status as status, dossier.version as version, dossier.submitted_at as submitted_at,
    dossier.received_at as received_at, dossier.due_at as due_at, dossier.finished_at as finished_at,
    dossier.revision_id as revision_id, dossier.assigned_to as assigned_to, dossier.unit_id as unit_id,
    dossier.step_due_at as step_due_at, dossier.waits_for as waits_for, dossier.origin as origin
from dossiers dossier
where dossier.code = $1 and dossier.account_id = $2
for update of dossier;

-- name: dossiers.beside :many
-- What belongs to dossiers that are held: when their last change happened, what their due dates are made from, how far their
-- numbered reports were applied, and the answer that a key got before. A statement of its own behind the lock: read with it,
-- all this would be as it was before the wait for it. $1 codes, $2 scope of the key ('' = none), $3 key
select dossier.id as id, last.occurred_at as last_occurred_at, clock.basis as basis, clock.since as since,
    clock.first_received_at as first_received_at, clock.given_due_at as given_due_at, answers.deadline as deadline,
    coalesce(place.applied, 0) as applied,
    coalesce((select max(supplement.number) from supplements supplement where supplement.dossier_id = dossier.id), 0) as asked,
    answer.fingerprint as fingerprint, answer.status as answer_status, answer.body as body
from dossiers dossier
left join dossier_events last on last.dossier_id = dossier.id and last.sequence = dossier.version
left join dossier_clocks clock on clock.dossier_id = dossier.id
left join dossier_answers answers on answers.dossier_id = dossier.id
left join report_places place on place.dossier_id = dossier.id and place.agency_code = dossier.agency_code
left join idempotency_keys answer on answer.scope = $2 and answer.key = $3
where dossier.code = any ($1);

-- name: dossiers.change :exec
-- Where dossiers stand. $1 dossiers, $2 statuses, $3 received, $4 due, $5 finished, $6 versions, $7 who has the next step,
-- $8 officers they are assigned to, $9 units, $10 when the step is due
update dossiers
set status = given.status, received_at = given.received_at, due_at = given.due_at, finished_at = given.finished_at,
    version = given.version, waits_for = given.waits_for, assigned_to = given.assigned_to, unit_id = given.unit_id,
    step_due_at = given.step_due_at
from unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::integer[], $7::text[],
    $8::uuid[], $9::uuid[], $10::timestamptz[])
    as given (id, status, received_at, due_at, finished_at, version, waits_for, assigned_to, unit_id, step_due_at)
where dossiers.id = given.id;

-- name: dossiers.explain :exec
-- How due dates were worked out. $1 dossiers, $2 as JSON
update dossier_answers set deadline = given.deadline::jsonb
from unnest($1::uuid[], $2::text[]) as given (dossier_id, deadline)
where dossier_answers.dossier_id = given.dossier_id;

-- name: dossiers.of_account :optional
-- $1 code, $2 account
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.revision_id as revision_id,
    dossier.agency_code as agency_code, agency.name as agency_name, dossier.applicant_name as applicant_name,
    dossier.status as status, dossier.submitted_at as submitted_at, dossier.received_at as received_at,
    dossier.due_at as due_at, dossier.finished_at as finished_at, dossier.version as version,
    dossier.waits_for as waits_for, dossier.assigned_to as assigned_to, dossier.unit_id as unit_id,
    dossier.step_due_at as step_due_at,
    dossier_answers.answers as answers, dossier_answers.origins as origins,
    dossier_answers.deadline as deadline
from dossiers dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join dossier_answers on dossier_answers.dossier_id = dossier.id
where dossier.code = $1 and dossier.account_id = $2;

-- name: dossiers.of_agency :optional
-- $1 code, $2 agency
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.revision_id as revision_id,
    dossier.agency_code as agency_code, agency.name as agency_name, dossier.applicant_name as applicant_name,
    dossier.status as status, dossier.submitted_at as submitted_at, dossier.received_at as received_at,
    dossier.due_at as due_at, dossier.finished_at as finished_at, dossier.version as version,
    dossier.waits_for as waits_for, dossier.assigned_to as assigned_to, dossier.unit_id as unit_id,
    dossier.step_due_at as step_due_at,
    dossier_answers.answers as answers, dossier_answers.origins as origins,
    dossier_answers.deadline as deadline
from dossiers dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
left join dossier_answers on dossier_answers.dossier_id = dossier.id
where dossier.code = $1 and dossier.agency_code = $2;

-- name: dossiers.standings :many
-- Where dossiers stand. $1 codes, $2 agency
select code, status, version, due_at from dossiers where code = any($1) and agency_code = $2;

-- name: dossiers.events :many
-- $1 code
select event.sequence as sequence, event.status as status, event.previous_status as previous_status,
    event.occurred_at as occurred_at, event.recorded_at as recorded_at, event.agency_code as agency_code,
    event.event_id as event_id, event.officer_name as officer_name, event.officer_title as officer_title,
    event.note as note, event.kind as kind, event.account_id as account_id, event.detail as detail
from dossier_events event
join dossiers dossier on dossier.id = event.dossier_id
where dossier.code = $1
order by event.sequence;

-- name: dossiers.events_since :many
-- What happened to a dossier behind a version. $1 dossier, $2 version
select event.sequence as sequence, event.status as status, event.previous_status as previous_status,
    event.occurred_at as occurred_at, event.recorded_at as recorded_at, event.agency_code as agency_code,
    event.event_id as event_id, event.officer_name as officer_name, event.officer_title as officer_title,
    event.note as note, event.kind as kind, event.account_id as account_id, event.detail as detail
from dossier_events event
where event.dossier_id = $1 and event.sequence > $2
order by event.sequence;

-- name: dossiers.events_at :many
-- What happened to an agency's dossiers, in the order of the journal. $1 agency, $2 after position, $3 up to position,
-- $4 how many
select event.position as position, entry.id as entry_id, entry.kind as kind, entry.recorded_at as recorded_at,
    coalesce(entry.content ->> 'code', '') as code,
    coalesce((entry.content ->> 'status')::smallint, 1::smallint) as status,
    (entry.content ->> 'previous_status')::smallint as previous_status,
    coalesce((entry.content ->> 'version')::integer, 0) as version, entry.content ->> 'event_id' as event_id
from agency_events event
join journal_entries entry on entry.id = event.entry_id
where event.agency_code = $1 and event.position > $2 and event.position <= $3
order by event.position
limit $4;

-- name: dossiers.feed_floor :one
-- Up to which position agencies' events were removed.
select position from feed_floor;

-- name: dossiers.forget_events :one
-- Removes agencies' events that were recorded before an instant, in the next so many positions of the journal, and says
-- how many positions that was. $1 instant, $2 how many
with scanned as (
    select chain.position, entry.agency_code, entry.recorded_at
    from feed_floor feed
    join journal_chain chain on chain.position > feed.position and chain.position <= feed.position + $2
    join journal_entries entry on entry.id = chain.entry_id
), old as (
    select coalesce(max(position), 0) as until from scanned where recorded_at < $1
), removed as (
    delete from agency_events event
    using scanned, old
    where event.agency_code = scanned.agency_code and event.position = scanned.position
        and scanned.position <= old.until
), moved as (
    update feed_floor feed set position = old.until from old where old.until > feed.position
)
select count(*) as positions from scanned, old where scanned.position <= old.until;

-- name: dossiers.attachments :many
-- $1 code
select attachment.id as id, attachment.field_id as field_id, attachment.name as name, attachment.sha256 as sha256,
    file.size as size, file.media_type as media_type, attachment.added_at as added_at, attachment.origin as origin
from dossiers dossier
join attachments attachment on attachment.owner_id = dossier.id
join files file on file.sha256 = attachment.sha256
where dossier.code = $1
order by attachment.added_at, attachment.id;

-- name: dossiers.filed_by :many
-- The newest dossiers of an account. $1 account, $2 submitted before, $3 and with a smaller id, $4 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version
from dossiers dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
where dossier.account_id = $1 and (dossier.submitted_at, dossier.id) < ($2, $3)
order by dossier.submitted_at desc, dossier.id desc
limit $4;

-- name: dossiers.at_agency :many
-- The newest dossiers of an agency. $1 agency, $2 submitted before, $3 and with a smaller id, $4 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version
from dossiers dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
where dossier.agency_code = $1 and (dossier.submitted_at, dossier.id) < ($2, $3)
order by dossier.submitted_at desc, dossier.id desc
limit $4;

-- name: dossiers.at_agency_with_status :many
-- The same in one status: a statement of its own, so that it walks its own index. $1 agency, $2 status, $3 submitted
-- before, $4 and with a smaller id, $5 how many
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    procedure.name as procedure_name, procedure.name_en as procedure_name_en, dossier.agency_code as agency_code,
    agency.name as agency_name, dossier.applicant_name as applicant_name, dossier.status as status,
    dossier.submitted_at as submitted_at, dossier.received_at as received_at, dossier.due_at as due_at,
    dossier.finished_at as finished_at, dossier.version as version
from dossiers dossier
join procedures procedure on procedure.code = dossier.procedure_code
join agencies agency on agency.code = dossier.agency_code
where dossier.agency_code = $1 and dossier.status = $2 and (dossier.submitted_at, dossier.id) < ($3, $4)
order by dossier.submitted_at desc, dossier.id desc
limit $5;

-- name: dossiers.track :optional
-- $1 code, $2 last four digits of the applicant's number
select status, due_at from track_dossier($1, $2);

-- name: dossiers.disagreeing :many
-- What says something else than the journal: events, with the agency's message as it came, and where a dossier stands.
-- $1 how many
select event.dossier_id as dossier_id, event.sequence as sequence, event.entry_id as entry_id
from dossier_events event
join journal_entries entry on entry.id = event.entry_id
left join dossiers dossier on dossier.id = event.dossier_id and dossier.version = event.sequence
where (entry.content ->> 'status')::int is distinct from event.status
    or (entry.content ->> 'sequence')::int is distinct from event.sequence
    or entry.subject <> 'dossier:' || event.dossier_id::text
    or entry.content ->> 'message_sha256' is distinct from encode(event.message_sha256, 'hex')
    or event.message_sha256 is distinct from sha256(event.message)
    or entry.content ->> 'details_sha256' is distinct from case when entry.content ? 'details_sha256' then
        encode(sha256(convert_to(coalesce(event.note, '') || E'\x1f' || coalesce(event.officer_name, '') || E'\x1f'
            || coalesce(event.officer_title, ''), 'UTF8')), 'hex') end
    or entry.content ->> 'detail_sha256' is distinct from encode(sha256(convert_to(event.detail, 'UTF8')), 'hex')
    or coalesce(entry.content -> 'flags', 'null') <> coalesce(to_jsonb(event.flags), 'null')
    or dossier.status is distinct from case when dossier.id is not null then event.status end
order by event.recorded_at
limit $1;

-- name: dossiers.misplaced :many
-- Dossiers that have no event of their present version, or other files than were submitted. $1 how many
select dossier.id as dossier_id, dossier.version as sequence, entry.id as entry_id
from dossiers dossier
join dossier_events first on first.dossier_id = dossier.id and first.sequence = 1
join journal_entries entry on entry.id = first.entry_id
where not exists (
        select from dossier_events event where event.dossier_id = dossier.id and event.sequence = dossier.version)
    or (entry.content ? 'files_sha256' and (
        select coalesce(jsonb_agg(encode(attachment.sha256, 'hex') order by encode(attachment.sha256, 'hex')), '[]')
        from attachments attachment where attachment.owner_id = dossier.id
    ) <> (
        select coalesce(jsonb_agg(value order by value), '[]') from jsonb_array_elements_text(entry.content -> 'files_sha256')))
limit $1;

-- name: dossiers.filed_answers :many
-- Answers with the digest that the journal has of them. $1 after dossier, $2 how many
select answers.dossier_id as dossier_id, answers.answers as answers, entry.id as entry_id,
    entry.content ->> 'answers_sha256' as digest
from dossier_answers answers
join dossier_events first on first.dossier_id = answers.dossier_id and first.sequence = 1
join journal_entries entry on entry.id = first.entry_id
where answers.dossier_id > $1 and entry.content ? 'answers_sha256'
order by answers.dossier_id
limit $2;

-- name: drafts.publication :optional
-- A publication whose drafts are still to be carried over; one worker at a time takes each.
select procedure_code, revision_id
from publications
order by published_at
limit 1
for update skip locked;

-- name: drafts.to_carry :many
-- Drafts under another revision than the one filed under now. $1 procedure, $2 revision, $3 how many
select id, account_id, revision_id, answers, carried
from drafts
where procedure_code = $1 and revision_id <> $2
order by updated_at desc
limit $3;

-- name: drafts.carry :exec
-- $1 draft, $2 revision, $3 what its owner is told
update drafts set revision_id = $2, carried = $3 where id = $1;

-- name: drafts.carried_all :exec
-- $1 procedure, $2 revision
delete from publications where procedure_code = $1 and revision_id = $2;

-- name: dossiers.open_due :many
-- The newest open dossiers that are due at or after an instant, with how the portal counted that, if it did; a job's, as
-- portal_worker. $1 instant, $2 how many
select open.id as id, open.code as code, open.due_at as due_at, answers.deadline as deadline,
    procedure.name as procedure_name, agency.name as agency_name, open.agency_code as agency_code
from (
    select id, code, procedure_code, agency_code, submitted_at, due_at
    from dossiers
    where status not in (3, 7, 10) and finished_at is null and due_at >= $1
    order by submitted_at desc
    limit $2
) as open
join procedures procedure on procedure.code = open.procedure_code
join agencies agency on agency.code = open.agency_code
left join dossier_answers answers on answers.dossier_id = open.id
order by open.submitted_at desc;

-- name: dossiers.open_due_at :many
-- The same of one agency. $1 instant, $2 how many, $3 agency
select open.id as id, open.code as code, open.due_at as due_at, answers.deadline as deadline,
    procedure.name as procedure_name, agency.name as agency_name, open.agency_code as agency_code
from (
    select id, code, procedure_code, agency_code, submitted_at, due_at
    from dossiers
    where agency_code = $3 and finished_at is null and due_at >= $1
    order by due_at desc
    limit $2
) as open
join procedures procedure on procedure.code = open.procedure_code
join agencies agency on agency.code = open.agency_code
left join dossier_answers answers on answers.dossier_id = open.id
order by open.submitted_at desc;

-- name: dossiers.performance_lock :one
-- Whether this process may count now: false while another one does.
select pg_try_advisory_xact_lock(hashtext('dossiers.performance')) as locked;

-- name: dossiers.finished_between :many
-- How many dossiers with a due date each agency finished in a span of time, and how many of them by the end of the day that
-- they were due on, in Vietnam. What agencies practise with doesn't count. $1 from, $2 before
select agency_code, count(*) as finished,
    count(*) filter (
        where (finished_at at time zone interval '07:00')::date <= (due_at at time zone interval '07:00')::date
    ) as on_time
from dossiers
where finished_at >= $1 and finished_at < $2 and due_at is not null
    and agency_code not in (select code from agencies where is_sandbox)
group by agency_code;

-- name: dossiers.record_performance :exec
-- The figures of all agencies that have any. Rows that would say the same are left alone, so that nobody is told of them.
-- $1 agencies, $2 how many each finished, $3 how many on time, $4 since, $5 now, $6 how many the national index counts, $7 how
-- many it calls on time
with measured as (
    select * from unnest($1::text[], $2::bigint[], $3::bigint[], $6::bigint[], $7::bigint[])
        as measured (agency_code, finished, on_time, indexed, index_on_time)
), gone as (
    delete from agency_performance old
    where not exists (select from measured where measured.agency_code = old.agency_code)
)
insert into agency_performance (agency_code, since, finished, on_time, computed_at, indexed, index_on_time)
select agency_code, $4::date, finished, on_time, $5::timestamptz, indexed, index_on_time from measured
on conflict on constraint agency_performance_pkey do update
set since = excluded.since, finished = excluded.finished, on_time = excluded.on_time, computed_at = excluded.computed_at,
    indexed = excluded.indexed, index_on_time = excluded.index_on_time
where (agency_performance.since, agency_performance.finished, agency_performance.on_time, agency_performance.indexed,
        agency_performance.index_on_time)
    is distinct from (excluded.since, excluded.finished, excluded.on_time, excluded.indexed, excluded.index_on_time);

-- name: dossiers.performance :optional
-- $1 agency
select since, finished, on_time, indexed, index_on_time, computed_at from agency_performance where agency_code = $1;

-- name: digests.to_make :many
-- Officers without the digest of a day, each with their duties. $1 day, $2 how many
select account.id as id, account.agency_code as agency_code, duty.unit_id as unit_id,
    coalesce('supervise' = any (duty.duties), false) as supervises
from accounts account
left join staff_duties duty on duty.account_id = account.id
where account.kind = 'officer' and account.disabled_at is null
    and not exists (select from digests digest where digest.account_id = account.id and digest.day = $1)
order by account.id
limit $2;

-- name: digests.make :exec
-- One row unless it is there already. $1 account, $2 day, $3 now
insert into digests (account_id, day, made_at) values ($1, $2, $3) on conflict on constraint digests_pkey do nothing;

-- name: digests.count :one
-- What there is to do at an agency, each counted up to a limit: in the order of its index, which is left there. $1 agency, $2 yesterday, $3 today,
-- $4 tomorrow, $5 the limit
select
    (select count(*) from (select from dossiers where agency_code = $1 and submitted_at >= $2 and submitted_at < $3
        order by submitted_at desc limit $5) as counted) as fresh,
    (select count(*) from (select from dossiers where agency_code = $1 and status = 1
        order by submitted_at desc limit $5) as counted) as waiting,
    (select count(*) from (select from dossiers where agency_code = $1 and finished_at is null and due_at >= $3
        and due_at < $4 order by due_at limit $5) as counted) as due,
    (select count(*) from (select from dossiers where agency_code = $1 and finished_at is null and due_at < $3
        order by due_at limit $5) as counted) as late;

-- name: digests.count_of_unit :one
-- The same for an officer of a unit: what the unit has, what no unit has yet, and what the officer was given. A day's intake and
-- what is new are walked in the agency's own order and stop at the limit; what is due walks an index for each of the three; those without a unit in no
-- order, for an index doesn't sort what is null by the rest.
-- $1 agency, $2 unit, $3 officer, $4 yesterday, $5 today, $6 tomorrow, $7 the limit
select
    (select count(*) from (select from dossiers where agency_code = $1 and submitted_at >= $4 and submitted_at < $5
        and (unit_id is null or unit_id = $2 or assigned_to = $3) order by submitted_at desc limit $7) as counted) as fresh,
    (select count(*) from (select from dossiers where agency_code = $1 and status = 1
        and (unit_id is null or unit_id = $2 or assigned_to = $3) order by submitted_at desc limit $7) as counted) as waiting,
    (select count(*) from (
        (select 1 from dossiers where agency_code = $1 and unit_id = $2 and finished_at is null
            and due_at >= $5 and due_at < $6 order by due_at limit $7)
        union all
        (select 1 from dossiers where agency_code = $1 and unit_id is null and finished_at is null
            and due_at >= $5 and due_at < $6 limit $7)
        union all
        (select 1 from dossiers where agency_code = $1 and assigned_to = $3 and unit_id <> $2 and finished_at is null
            and due_at >= $5 and due_at < $6 limit $7)
        limit $7) as counted) as due,
    (select count(*) from (
        (select 1 from dossiers where agency_code = $1 and unit_id = $2 and finished_at is null
            and due_at < $5 order by due_at limit $7)
        union all
        (select 1 from dossiers where agency_code = $1 and unit_id is null and finished_at is null
            and due_at < $5 limit $7)
        union all
        (select 1 from dossiers where agency_code = $1 and assigned_to = $3 and unit_id <> $2 and finished_at is null
            and due_at < $5 limit $7)
        limit $7) as counted) as late;
