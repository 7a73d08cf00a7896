-- Notices to people, and their deliveries outside of the portal.

-- name: notices.in_turn :one
-- Waits until no other process makes notices. $1 key of the lock
select pg_advisory_xact_lock($1) is not null as taken;

-- name: notices.recipient :optional
-- Whom to tell, and how; none for an account that was closed. $1 account
select email, phone, notify_email, notify_sms from accounts where id = $1 and disabled_at is null;

-- name: notices.agents :many
-- Who acted on a dossier for its applicant and may still. $1 code, $2 the applicant, $3 today
select distinct on (agent.agent_id) agent.agent_id as agent_id, agent.mandate_id as mandate_id
from dossiers dossier
join dossier_agents agent on agent.dossier_id = dossier.id
join mandates mandate on mandate.id = agent.mandate_id
where dossier.code = $1 and dossier.account_id = $2 and mandate.revoked_at is null
    and $3 between mandate.valid_from and mandate.valid_until
order by agent.agent_id, mandate.valid_until desc;
-- name: notices.author :optional
-- The same for who sent feedback without an account: by mail, if they gave an address. $1 feedback
select author_email as email, null::text as phone, true as notify_email, false as notify_sms
from feedback
where id = $1 and account_id is null and author_email is not null;

-- name: notices.add :one
-- $1 id, $2 account, $3 topic, $4 payload, $5 path, $6 code of the dossier it is about, $7 now, $8 feedback, where its author
-- has no account
insert into notices (id, account_id, topic, payload, path, dossier_code, agency_code, created_at, feedback_id)
values ($1, $2, $3, $4, $5, $6, (select agency_code from dossiers where code = $6), $7, $8)
returning agency_code;

-- name: notices.list :many
-- The newest notices of an account. $1 account, $2 made before, $3 and with a smaller id, $4 how many
select id, topic, payload, path, created_at, read_at is not null as read
from notices
where account_id = $1 and (created_at, id) < ($2, $3)
order by created_at desc, id desc
limit $4;

-- name: notices.read :exec
-- $1 notice, $2 account, $3 now
update notices set read_at = $3 where id = $1 and account_id = $2 and read_at is null;

-- name: notices.read_all :exec
-- $1 account, $2 made until, $3 now
update notices set read_at = $3 where account_id = $1 and created_at <= $2 and read_at is null;

-- name: notices.forget :exec
-- With their deliveries. $1 made before, $2 how many at most
delete from notices where id in (select id from notices where created_at < $1 order by created_at limit $2);

-- name: notices.forget_taken :exec
-- Messages of the outbox that were taken long ago. $1 taken before, $2 how many at most
delete from outbox
where id in (select id from outbox where delivered_at is not null and delivered_at < $1 order by delivered_at limit $2);

-- name: notices.forget_digests :exec
-- $1 of days before
delete from digests where day < $1;

-- name: deliveries.queue :exec
-- $1 id, $2 notice, $3 channel, $4 agency, $5 code of the dossier, $6 masked address, $7 now
insert into deliveries (id, notice_id, channel, agency_code, dossier_code, state, recipient, created_at, queued_at,
    next_at, changed_at)
values ($1, $2, $3, $4, $5, 'queued', $6, $7, $7, $7, $7);

-- name: deliveries.next :optional
-- The next delivery of a channel that is due, with all that it takes to send it; one courier at a time has it.
-- $1 channel, $2 now
select delivery.id as id, delivery.attempts as attempts, delivery.created_at as created_at,
    delivery.queued_at as queued_at, notice.topic as topic, notice.payload as payload,
    coalesce(account.name, author.author_name) as name, coalesce(account.email, author.author_email) as email,
    account.phone as phone, coalesce(account.language, 'vi') as language
from deliveries delivery
join notices notice on notice.id = delivery.notice_id
left join accounts account on account.id = notice.account_id
left join feedback author on author.id = notice.feedback_id
where delivery.channel = $1 and delivery.state = 'queued' and delivery.next_at <= $2
order by delivery.next_at, delivery.id
limit 1
for update of delivery skip locked;

-- name: deliveries.settle :exec
-- $1 id, $2 state, $3 attempts, $4 reason, $5 the provider's id, $6 now
update deliveries
set state = $2, attempts = $3, reason = $4, provider_id = $5, next_at = null, changed_at = $6
where id = $1;

-- name: deliveries.postpone :exec
-- $1 id, $2 attempts, $3 reason, $4 when to try again, $5 now
update deliveries set attempts = $2, reason = $3, next_at = $4, changed_at = $5 where id = $1;

-- name: deliveries.at_agency :many
-- The newest deliveries about an agency's dossiers. $1 agency, $2 made before, $3 and with a smaller id, $4 how many
select id, channel, state, dossier_code, recipient, attempts, created_at, changed_at, next_at, reason
from deliveries
where agency_code = $1 and (created_at, id) < ($2, $3)
order by created_at desc, id desc
limit $4;

-- name: deliveries.at_agency_in_state :many
-- The same in one state. $1 agency, $2 state, $3 made before, $4 and with a smaller id, $5 how many
select id, channel, state, dossier_code, recipient, attempts, created_at, changed_at, next_at, reason
from deliveries
where agency_code = $1 and state = $2 and (created_at, id) < ($3, $4)
order by created_at desc, id desc
limit $5;

-- name: deliveries.lock_at_agency :optional
-- $1 id, $2 agency
select state from deliveries where id = $1 and agency_code = $2 for update;

-- name: deliveries.retry :exec
-- $1 id, $2 agency, $3 now
update deliveries
set state = 'queued', attempts = 0, queued_at = $3, next_at = $3, changed_at = $3, reason = null
where id = $1 and agency_code = $2;

-- name: deliveries.lock :optional
-- $1 id
select state from deliveries where id = $1 for update;

-- name: deliveries.report :exec
-- $1 id, $2 state, $3 reason, $4 now
update deliveries set state = $2, reason = $3, changed_at = $4 where id = $1;
