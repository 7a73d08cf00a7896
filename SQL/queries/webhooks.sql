-- Where agencies' systems are told what happens to their dossiers.

-- name: webhooks.list :many
-- $1 agency
select id, agency_code, name, url, state, reason, secret_number, former_until, position, failures, failing_since, next_at,
    answers, created_at
from webhooks
where agency_code = $1
order by id;

-- name: webhooks.find :optional
-- $1 id, $2 agency
select id, agency_code, name, url, state, reason, secret_number, former_until, position, failures, failing_since, next_at,
    answers, created_at
from webhooks
where id = $1 and agency_code = $2;

-- name: webhooks.lock :optional
-- $1 id, $2 agency
select id, agency_code, name, url, state, reason, secret_number, former_until, position, failures, failing_since, next_at,
    answers, created_at
from webhooks
where id = $1 and agency_code = $2
for update;

-- name: webhooks.add :exec
-- One that was added already stays as it is. $1 id, $2 agency, $3 name, $4 url, $5 position, $6 now
insert into webhooks (id, agency_code, name, url, state, reason, secret_number, position, failures, next_at, answers,
    created_at)
values ($1, $2, $3, $4, 'disabled', 'unproven', 1, $5, 0, $6, '{}', $6)
on conflict on constraint webhooks_pkey do nothing;

-- name: webhooks.change :exec
-- Failures are forgotten, and what is under way is nobody's. $1 id, $2 name, $3 url, $4 state, $5 reason, $6 now
update webhooks
set name = $2, url = $3, state = $4, reason = $5, failures = 0, failing_since = null, next_at = $6, attempt_id = null
where id = $1;

-- name: webhooks.renew_secret :exec
-- $1 id, $2 until when the former one signs, too
update webhooks set secret_number = secret_number + 1, former_until = $2 where id = $1;

-- name: webhooks.replay :exec
-- Goes on behind another position, with batches of their own. $1 id, $2 position, $3 now
update webhooks
set position = $2, batch_id = null, batch_end = null, attempt_id = null, next_at = least(next_at, $3)
where id = $1;

-- name: webhooks.remove :exec
-- $1 id
delete from webhooks where id = $1;

-- name: webhooks.note :exec
-- An answer to a test. $1 id, $2 answer
update webhooks set answers = (array_prepend($2, answers))[1:10] where id = $1;

-- name: webhooks.position_at :one
-- Up to which position an agency's events were recorded before an instant; 0 when none of those kept was. $1 agency,
-- $2 instant
select coalesce((
    select event.position
    from agency_events event
    join journal_entries entry on entry.id = event.entry_id
    where event.agency_code = $1 and entry.recorded_at < $2
    order by event.position desc
    limit 1
), 0) as position;

-- name: webhooks.claim :many
-- Webhooks whose turn it is and for which there is something, each with its batch. Nobody else gets them until the
-- attempt is settled or overdue. $1 now, $2 when it is overdue, $3 state, $4 how many, $5 events in a batch
with due as (
    select webhook.id
    from webhooks webhook
    where webhook.state = $3 and webhook.next_at <= $1
        and exists (select from agency_events event
            where event.agency_code = webhook.agency_code and event.position > webhook.position)
    order by webhook.next_at, webhook.id
    limit $4
    for update of webhook skip locked
)
update webhooks webhook
set attempt_id = gen_random_uuid(), next_at = $2, batch_id = coalesce(webhook.batch_id, gen_random_uuid()),
    batch_end = coalesce(webhook.batch_end, (
        select max(batch.position)
        from (
            select event.position
            from agency_events event
            where event.agency_code = webhook.agency_code and event.position > webhook.position
            order by event.position
            limit $5
        ) batch
    ))
from due
where webhook.id = due.id
returning webhook.id as id, webhook.agency_code as agency_code, webhook.name as name, webhook.url as url,
    webhook.secret_number as secret_number, webhook.former_until as former_until, webhook.position as position,
    webhook.failures as failures, webhook.batch_id as batch_id, webhook.batch_end as batch_end,
    webhook.attempt_id as attempt_id;

-- name: webhooks.taken :exec
-- The batch was taken. $1 id, $2 attempt, $3 answer, $4 now
update webhooks
set state = 'active', position = batch_end, batch_id = null, batch_end = null, attempt_id = null, failures = 0,
    failing_since = null, next_at = $4, answers = (array_prepend($3, answers))[1:10]
where id = $1 and attempt_id = $2;

-- name: webhooks.postpone :exec
-- It wasn't. $1 id, $2 attempt, $3 answer, $4 now, $5 when it is tried again
update webhooks
set state = 'failing', attempt_id = null, failures = failures + 1, failing_since = coalesce(failing_since, $4),
    next_at = $5, answers = (array_prepend($3, answers))[1:10]
where id = $1 and attempt_id = $2;

-- name: webhooks.disable :optional
-- It won't be tried again by itself. $1 id, $2 attempt, $3 answer, $4 reason
update webhooks
set state = 'disabled', reason = $4, attempt_id = null, answers = (array_prepend($3, answers))[1:10]
where id = $1 and attempt_id = $2
returning id;

-- name: webhooks.supervisors :many
-- Who supervises a whole agency. $1 agency
select account_id from staff_duties where agency_code = $1 and unit_id is null and 'supervise' = any (duties);
