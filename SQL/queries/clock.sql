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

-- name: clock.set :exec
-- $1 dossier, $2 received now (null = not), $3 basis, $4 since, $5 date given
insert into dossier_clocks (dossier_id, first_received_at, basis, since, given_due_at) values ($1, $2, $3, $4, $5)
on conflict on constraint dossier_clocks_pkey do update
set first_received_at = coalesce(dossier_clocks.first_received_at, excluded.first_received_at), basis = excluded.basis,
    since = excluded.since, given_due_at = excluded.given_due_at;

-- name: clock.pause :exec
-- $1 dossier, $2 kind, $3 from
insert into dossier_pauses (dossier_id, number, kind, began_at)
select $1, coalesce(max(number), 0) + 1, $2, greatest($3, max(ended_at)) from dossier_pauses where dossier_id = $1;

-- name: clock.resume :exec
-- $1 dossier, $2 when
update dossier_pauses set ended_at = greatest(began_at, $2) where dossier_id = $1 and ended_at is null;

-- name: clock.asked :one
-- How often a supplement was asked for. $1 dossier
select coalesce(max(number), 0) as asked from supplements where dossier_id = $1;

-- name: clock.figures :exec
-- $1 dossier, $2 minutes elapsed, $3 net of supplements, $4 supplements, $5 on time, $6 agency, $7 when it was finished
update dossier_clocks set elapsed = $2, net = $3, supplements = $4, on_time = $5, agency_code = $6, finished_at = $7
where dossier_id = $1;

-- name: clock.finished_between :many
-- How many dossiers of each agency the national index counts as finished in a span of time, and how many as on time.
-- $1 from, $2 before
select agency_code, count(*) as finished, count(*) filter (where on_time) as on_time
from dossier_clocks
where finished_at >= $1 and finished_at < $2 and on_time is not null
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
    dossier.step_due_at as step_due_at, dossier.waits_for as waits_for
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
