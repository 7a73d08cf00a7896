-- Dossiers' time: what their due dates are made from, pauses, recounts after a changed calendar, and reminders.

-- name: clock.lock :one
-- Due dates may be counted together, but not while the calendar is being changed: whoever counts before is seen by the
-- recount, whoever counts after sees the new calendar.
select pg_advisory_xact_lock_shared(hashtext('agencies.calendar')) is null as locked;

-- name: clock.find :optional
-- $1 dossier
select first_received_at, basis, since, given_due_at from dossier_clocks where dossier_id = $1;

-- name: clock.pauses :many
-- $1 dossier
select kind, began_at, ended_at from dossier_pauses where dossier_id = $1 order by number;

-- name: clock.pauses_of :many
-- $1 dossiers
select dossier_id, kind, began_at, ended_at from dossier_pauses where dossier_id = any ($1) order by dossier_id, number;

-- name: clock.set :exec
-- $1 dossiers, $2 first received, $3 bases, $4 since, $5 dates given; where they are done: $6 minutes elapsed, $7 net of
-- supplements, $8 supplements, $9 on time, $10 agencies, $11 when they were finished
insert into dossier_clocks as kept (dossier_id, first_received_at, basis, since, given_due_at, elapsed, net, supplements,
    on_time, agency_code, finished_at)
select dossier_id, first_received_at, basis, since, given_due_at, elapsed, net, supplements, on_time,
    case when finished_at is not null then agency_code end, finished_at
from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::integer[], $7::integer[],
    $8::integer[], $9::boolean[], $10::text[], $11::timestamptz[])
    as given (dossier_id, first_received_at, basis, since, given_due_at, elapsed, net, supplements, on_time, agency_code,
        finished_at)
on conflict on constraint dossier_clocks_pkey do update
set first_received_at = coalesce(kept.first_received_at, excluded.first_received_at), basis = excluded.basis,
    since = excluded.since, given_due_at = excluded.given_due_at, elapsed = coalesce(excluded.elapsed, kept.elapsed),
    net = coalesce(excluded.net, kept.net), supplements = coalesce(excluded.supplements, kept.supplements),
    on_time = case when excluded.finished_at is null then kept.on_time else excluded.on_time end,
    agency_code = coalesce(excluded.agency_code, kept.agency_code),
    finished_at = coalesce(excluded.finished_at, kept.finished_at);

-- name: clock.keep_pauses :exec
-- $1 dossiers, $2 numbers, $3 kinds, $4 from, $5 to (null while they last)
insert into dossier_pauses (dossier_id, number, kind, began_at, ended_at)
select dossier_id, number, kind, began_at, ended_at
from unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::timestamptz[])
    as given (dossier_id, number, kind, began_at, ended_at)
on conflict on constraint dossier_pauses_pkey do update set ended_at = excluded.ended_at;

-- name: clock.finished_between :many
-- How many dossiers of each agency the national index counts as finished in a span of time, and how many as on time.
-- $1 from, $2 before
select agency_code, count(*) as finished, count(*) filter (where on_time) as on_time
from dossier_clocks
where finished_at >= $1 and finished_at < $2 and on_time is not null
    and agency_code not in (select code from agencies where is_sandbox)
group by agency_code;

-- name: clock.pending_recount :optional
-- The oldest recount that isn't done, unless another process is at it.
select id, day, agency_code, after_due, after_id from calendar_recounts where finished_at is null order by id limit 1 for update skip locked;

-- name: clock.to_recount :many
-- Open dossiers with a date that the portal counted, in the order of their due dates. $1 due at or after, $2 and behind this
-- due date, $3 and this id, $4 how many
select open.id as id, open.due_at as due_at, answers.deadline as deadline, open.agency_code as agency_code
from (
    select id, due_at, agency_code from dossiers
    where finished_at is null and due_at is not null and due_at >= $1 and (due_at, id) > ($2, $3)
    order by due_at, id
    limit $4
) as open
left join dossier_answers answers on answers.dossier_id = open.id
order by open.due_at, open.id;

-- name: clock.to_recount_of_agency :many
-- The same of one agency. $1 due at or after, $2 and behind this due date, $3 and this id, $4 how many, $5 agency
select open.id as id, open.due_at as due_at, answers.deadline as deadline, open.agency_code as agency_code
from (
    select id, due_at, agency_code from dossiers
    where agency_code = $5 and finished_at is null and due_at is not null and due_at >= $1 and (due_at, id) > ($2, $3)
    order by due_at, id
    limit $4
) as open
left join dossier_answers answers on answers.dossier_id = open.id
order by open.due_at, open.id;

-- name: clock.lock_dossier :optional
-- A dossier about to be recounted, held until the transaction ends. $1 dossier
select dossier.id as id, dossier.code as code, dossier.procedure_code as procedure_code,
    dossier.agency_code as agency_code, dossier.account_id as account_id, dossier.applicant_name as applicant_name,
    dossier.status as status, dossier.version as version, dossier.submitted_at as submitted_at,
    dossier.received_at as received_at, dossier.due_at as due_at, dossier.finished_at as finished_at,
    dossier.revision_id as revision_id, dossier.assigned_to as assigned_to, dossier.unit_id as unit_id,
    dossier.step_due_at as step_due_at, dossier.waits_for as waits_for, dossier.origin as origin
from dossiers dossier
where dossier.id = $1 and dossier.finished_at is null
for update of dossier;

-- name: clock.advance_recount :exec
-- $1 recount, $2 up to this due date, $3 and this id, $4 how many moved, $5 when it is done (null = not yet)
update calendar_recounts set after_due = $2, after_id = $3, moved = moved + $4, finished_at = $5 where id = $1;

-- name: clock.due_between :many
-- Open dossiers whose clock runs, due in a span of time, of which nobody was told yet. $1 kind of notice, $2 due at or after,
-- $3 due before, $4 how many
select dossier.id as subject, dossier.due_at as due, dossier.code as code, dossier.account_id as applicant,
    dossier.assigned_to as officer
from dossiers dossier
where dossier.finished_at is null and dossier.due_at is not null and dossier.due_at >= $2 and dossier.due_at < $3
    and dossier.status in (1, 2, 4) and dossier.waits_for <> 'nobody'
    and not exists (
        select from reminders where reminders.subject = dossier.id and reminders.kind = $1 and reminders.due = dossier.due_at)
order by dossier.due_at, dossier.id
limit $4;

-- name: clock.supplements_between :many
-- Supplements without an answer, due in a span of time, of which nobody was told yet. $1 kind of notice, $2 answer due at or
-- after, $3 before, $4 how many
select supplement.id as subject, supplement.answer_by as due, dossier.code as code, dossier.account_id as applicant,
    dossier.assigned_to as officer
from supplements supplement
join dossiers dossier on dossier.id = supplement.dossier_id
where supplement.answered_at is null and supplement.closed_at is null
    and supplement.answer_by >= $2 and supplement.answer_by < $3
    and not exists (
        select from reminders
        where reminders.subject = supplement.id and reminders.kind = $1 and reminders.due = supplement.answer_by)
order by supplement.answer_by, supplement.id
limit $4;

-- name: clock.drafts_before :many
-- Drafts that nobody touched since, whose owners weren't told yet. $1 touched before, $2 seconds that a draft is kept, $3 how
-- many
select draft.id as subject, draft.updated_at + make_interval(secs => $2::double precision) as due, procedure.name as code,
    draft.account_id as applicant, null::uuid as officer
from drafts draft
join procedures procedure on procedure.code = draft.procedure_code
where draft.updated_at < $1 and not exists (
    select from reminders where reminders.subject = draft.id and reminders.kind = 'draft_expiring'
        and reminders.due = draft.updated_at + make_interval(secs => $2::double precision))
order by draft.updated_at, draft.id
limit $3;

-- name: clock.expired_drafts :many
-- Drafts that nobody touched since, whose owners were told long enough ago. $1 touched before, $2 seconds that a draft is
-- kept, $3 told before, $4 how many
select draft.id as subject, draft.updated_at + make_interval(secs => $2::double precision) as due, procedure.name as code,
    draft.account_id as applicant, null::uuid as officer
from drafts draft
join procedures procedure on procedure.code = draft.procedure_code
where draft.updated_at < $1 and exists (
    select from reminders where reminders.subject = draft.id and reminders.kind = 'draft_expiring' and reminders.noted_at < $3
        and reminders.due = draft.updated_at + make_interval(secs => $2::double precision))
order by draft.updated_at, draft.id
limit $4
for update of draft skip locked;

-- name: clock.note :optional
-- Notes a notice; nothing comes back when somebody noted it before. $1 subject, $2 kind, $3 due, $4 now
insert into reminders (subject, kind, due, noted_at) values ($1, $2, $3, $4)
on conflict on constraint reminders_pkey do nothing
returning subject;
