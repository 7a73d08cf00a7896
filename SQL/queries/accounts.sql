-- People, businesses and staff; their sessions; agency systems and their tokens.

-- name: accounts.register :exec
-- A citizen or a business. $1 id, $2 kind, $3 login, $4 name, $5 password hash, $6 date of birth, $7 sex, $8 phone,
-- $9 e-mail, $10 representative's name, $11 representative's number, $12 now
insert into accounts (id, kind, login, name, password_hash, date_of_birth, sex, phone, email, representative_name,
    representative_number, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: accounts.enrol_staff :exec
-- An officer or a publisher of an agency; enrolled again, their name, agency and password are replaced.
-- $1 id, $2 kind, $3 login, $4 name, $5 password hash, $6 agency, $7 whether a publisher works on every agency's
-- procedures, $8 now
insert into accounts (id, kind, login, name, password_hash, agency_code, national, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict on constraint accounts_login_once do update
set name = excluded.name, password_hash = excluded.password_hash, agency_code = excluded.agency_code,
    national = excluded.national;

-- name: accounts.give_duties :exec
-- An officer's first unit and duties; those who have some keep them. $1 login, $2 unit, $3 duties
insert into staff_duties (account_id, agency_code, unit_id, duties)
select id, agency_code, $2, $3 from accounts where login = $1
on conflict on constraint staff_duties_pkey do nothing;

-- name: accounts.units :many
-- The open units of an agency. $1 agency
select id, name, parent_id from agency_units where agency_code = $1 and closed_at is null order by name;

-- name: accounts.open_unit :exec
-- $1 id, $2 agency, $3 name
insert into agency_units (id, agency_code, name) values ($1, $2, $3);

-- name: accounts.find :optional
-- $1 login
select id, kind, login, name, password_hash, disabled_at is not null as disabled from accounts where login = $1;

-- name: accounts.profile :optional
-- $1 account
select id, kind, login, name, date_of_birth, sex, phone, email, address, representative_name, representative_number,
    agency_code
from accounts
where id = $1;

-- name: accounts.change_password :exec
-- $1 account, $2 new hash
update accounts set password_hash = $2 where id = $1;

-- name: accounts.update_contact :exec
-- $1 account, $2 phone, $3 e-mail, $4 address
update accounts set phone = $2, email = $3, address = $4 where id = $1;

-- name: accounts.notification_choices :optional
-- $1 account
select email, phone, language, notify_email, notify_sms from accounts where id = $1;

-- name: accounts.choose_notifications :exec
-- $1 account, $2 e-mail, $3 phone, $4 language, $5 whether by e-mail, $6 whether by SMS
update accounts set email = $2, phone = $3, language = $4, notify_email = $5, notify_sms = $6 where id = $1;

-- name: accounts.failures :optional
-- Wrong passwords since a moment. $1 digest of the login, $2 since
select failures, since from sign_in_failures where login_digest = $1 and since > $2;

-- name: accounts.count_failure :exec
-- $1 digest of the login, $2 now, $3 since when failures count together
insert into sign_in_failures (login_digest, failures, since) values ($1, 1, $2)
on conflict on constraint sign_in_failures_pkey do update
set failures = case when sign_in_failures.since > $3 then sign_in_failures.failures + 1 else 1 end,
    since = case when sign_in_failures.since > $3 then sign_in_failures.since else excluded.since end;

-- name: accounts.count_attempt :one
-- Counts a try before it is judged, so that many at once are no more than many in a row. $1 digest, $2 now, $3 since when they
-- count together
insert into sign_in_failures (login_digest, failures, since) values ($1, 1, $2)
on conflict on constraint sign_in_failures_pkey do update
set failures = case when sign_in_failures.since > $3 then sign_in_failures.failures + 1 else 1 end,
    since = case when sign_in_failures.since > $3 then sign_in_failures.since else excluded.since end
returning failures, since;

-- name: accounts.clear_failures :exec
-- $1 digest of the login
delete from sign_in_failures where login_digest = $1;

-- name: sessions.start :exec
-- $1 id, $2 hash of the token, $3 account, $4 device, $5 now, $6 whether a second factor is still to come, $7 hash of the
-- token of the session before in the same browser, which it works on for whom that one worked for
insert into sessions (id, token_hash, account_id, device, created_at, last_seen_at, half_open, mandate_id)
values ($1, $2, $3, $4, $5, $5, $6, (select mandate_id from sessions where token_hash = $7 and account_id = $3));

-- name: sessions.open :optional
-- After the second factor, under another token. $1 account, $2 session, $3 hash of the new token, $4 now
update sessions set half_open = false, token_hash = $3, last_seen_at = $4
where account_id = $1 and id = $2
returning id;

-- name: sessions.end_all :exec
-- $1 account
delete from sessions where account_id = $1;

-- name: sessions.trim :exec
-- Ends the oldest sessions of an account beyond the newest few. $1 account, $2 how many stay
delete from sessions
where id in (select id from sessions where account_id = $1 order by last_seen_at desc, id offset $2);

-- name: sessions.find :optional
-- A session that neither lay idle nor grew old, with its account. $1 hash of the token, $2 idle since for citizens,
-- $3 idle since for staff, $4 begun after, $5 begun after for those that wait for a code, $6 today
select session.id as session_id, session.last_seen_at as last_seen_at, account.id as account_id, account.kind as kind,
    account.login as login, account.name as name, account.agency_code as agency_code,
    account.national as national, session.half_open as half_open, duty.unit_id as unit_id,
    coalesce(duty.duties, '{}') as duties, account.unread_notices as unread_notices,
    session.mandate_id as mandate_id, principal.id as principal_id, principal.kind as principal_kind,
    principal.login as principal_login, principal.name as principal_name,
    principal.procedures as principal_procedures
from sessions session
join accounts account on account.id = session.account_id
left join staff_duties duty on duty.account_id = account.id
left join principal_of(session.mandate_id, session.account_id, $6) principal on true
where session.token_hash = $1
    and session.last_seen_at > case when account.kind in ('citizen', 'business') then $2 else $3 end
    and session.created_at > $4
    and (not session.half_open or session.created_at > $5)
    and account.disabled_at is null;

-- name: sessions.work_for :exec
-- For whom a session works from now on. $1 account, $2 session, $3 mandate; null for its own account
update sessions set mandate_id = $3 where account_id = $1 and id = $2;

-- name: sessions.touch :exec
-- $1 session, $2 now
update sessions set last_seen_at = $2 where id = $1;

-- name: sessions.list :many
-- $1 account, $2 idle since, $3 begun after
select id, device, created_at, last_seen_at
from sessions
where account_id = $1 and last_seen_at > $2 and created_at > $3 and not half_open
order by last_seen_at desc;

-- name: sessions.end :exec
-- $1 account, $2 session
delete from sessions where account_id = $1 and id = $2;

-- name: sessions.end_others :exec
-- $1 account, $2 the session that stays
delete from sessions where account_id = $1 and id <> $2;

-- name: sessions.purge :exec
-- $1 begun before
delete from sessions where created_at < $1;

-- name: clients.enrol :exec
-- An agency's system; enrolled again, its secret and terms are replaced. $1 id, $2 agency, $3 name, $4 hash of the secret
-- (null: it signs with a key), $5 scopes, $6 networks, $7 until, $8 now, $9 whether it needs a certificate
insert into api_clients (id, agency_code, name, secret_hash, scopes, networks, expires_at, created_at, secret_since,
    requires_certificate)
values ($1, $2, $3, $4, $5, $6::text[]::cidr[], $7, $8, case when $4 is not null then $8 end, $9)
on conflict on constraint api_clients_pkey do update
set agency_code = excluded.agency_code, name = excluded.name, secret_hash = excluded.secret_hash, scopes = excluded.scopes,
    networks = excluded.networks, expires_at = excluded.expires_at, disabled_at = null,
    secret_number = api_clients.secret_number + 1, secret_since = excluded.secret_since, older_secret_hash = null,
    older_secret_until = null, requires_certificate = excluded.requires_certificate;

-- name: clients.disable :optional
-- $1 id, $2 now, $3 agency (null = any)
update api_clients set disabled_at = coalesce(disabled_at, $2)
where id = $1 and ($3::text is null or agency_code = $3)
returning agency_code;

-- name: clients.list :many
-- $1 agency (null = all)
select id, agency_code, name, scopes, networks::text[] as networks, requires_certificate, expires_at, disabled_at,
    secret_number, secret_since, older_secret_until, secret_hash
from api_clients
where $1::text is null or agency_code = $1
order by agency_code, id;

-- name: clients.lock :optional
-- One client, held while it changes. $1 id, $2 agency (null = any)
select id, agency_code, name, scopes, networks::text[] as networks, requires_certificate, expires_at, disabled_at,
    secret_number, secret_since, older_secret_until, secret_hash
from api_clients
where id = $1 and ($2::text is null or agency_code = $2)
for update;

-- name: clients.rotate_secret :exec
-- $1 id, $2 hash of the new secret, $3 until when the one before is good (null: no longer), $4 now
update api_clients
set secret_hash = $2, secret_since = $4, secret_number = secret_number + 1,
    older_secret_hash = case when $3::timestamptz is not null then secret_hash end,
    older_secret_until = case when secret_hash is not null then $3 end
where id = $1;

-- name: clients.find :optional
-- One that may call. $1 id, $2 now, $3 SHA-256 of the certificate of its connection (null: none)
select id, agency_code, secret_hash, case when older_secret_until > $2 then older_secret_hash end as older_secret_hash,
    scopes, networks::text[] as networks
from api_clients
where id = $1 and disabled_at is null and (expires_at is null or expires_at > $2)
    and (not requires_certificate or $3::bytea is not null);

-- name: clients.keys :many
-- All that it has had, the newest first. $1 client
select kid, jwk, added_at, expires_at, revoked_at from client_keys where client_id = $1 order by added_at desc, kid;

-- name: clients.add_key :exec
-- $1 client, $2 name, $3 key, $4 now, $5 until
insert into client_keys (client_id, kid, jwk, added_at, expires_at) values ($1, $2, $3, $4, $5);

-- name: clients.revoke_key :optional
-- $1 client, $2 name, $3 now
update client_keys set revoked_at = $3 where client_id = $1 and kid = $2 and revoked_at is null returning kid;

-- name: clients.use_assertion :optional
-- Nothing when it was used before. $1 client, $2 hash of its identifier, $3 until when it would be good
insert into client_assertions (client_id, jti_hash, expires_at) values ($1, $2, $3)
on conflict on constraint client_assertions_pkey do nothing
returning client_id;

-- name: clients.purge_assertions :exec
-- $1 too old before
delete from client_assertions where expires_at < $1;

-- name: tokens.issue :exec
-- $1 hash, $2 client, $3 until, $4 SHA-256 of the certificate of the connection (null: none)
insert into access_tokens (token_hash, client_id, expires_at, certificate_sha256) values ($1, $2, $3, $4);

-- name: tokens.find :optional
-- The client that a token was issued to, while both are good. A token that was issued over a connection with a certificate
-- is good over such connections alone. $1 hash, $2 now, $3 SHA-256 of the certificate of this connection (null: none)
select client.id as id, client.agency_code as agency_code, client.secret_hash as secret_hash,
    client.older_secret_hash as older_secret_hash, client.scopes as scopes, client.networks::text[] as networks
from access_tokens token
join api_clients client on client.id = token.client_id
where token.token_hash = $1 and token.expires_at > $2 and client.disabled_at is null
    and (client.expires_at is null or client.expires_at > $2)
    and (token.certificate_sha256 is null or token.certificate_sha256 = $3::bytea)
    and (not client.requires_certificate or token.certificate_sha256 is not null);

-- name: tokens.revoke :exec
-- $1 hash, $2 client
delete from access_tokens where token_hash = $1 and client_id = $2;

-- name: tokens.revoke_all :exec
-- $1 client
delete from access_tokens where client_id = $1;

-- name: tokens.purge :exec
-- $1 expired before
delete from access_tokens where expires_at < $1;

-- name: calls.note :exec
-- Calls of agencies' systems, many at once. $1 when, in milliseconds since 1970, $2 agencies, $3 clients, $4 requests,
-- $5 methods, $6 routes, $7 statuses, $8 kinds of failure ('' = none)
insert into client_calls (at, agency_code, client_id, request_id, method, route, status, problem)
select to_timestamp(at / 1000.0), agency, client, request, method, route, status::smallint, nullif(problem, '')
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[])
    as given (at, agency, client, request, method, route, status, problem);

-- name: calls.list :many
-- $1 client, $2 agency (null = any), $3 how many
select at, agency_code, client_id, request_id, method, route, status, problem
from client_calls
where client_id = $1 and ($2::text is null or agency_code = $2)
order by at desc
limit $3;

-- name: calls.forget :exec
-- $1 older than, $2 how many at most
delete from client_calls
where ctid = any (array(select ctid from client_calls where at < $1 limit $2));

-- name: factors.find :optional
-- $1 account
select secret, enrolled_at from second_factors where account_id = $1;

-- name: factors.enrol :optional
-- The first one stays. $1 account, $2 sealed secret, $3 half-minute of the code that proved it, $4 now
insert into second_factors (account_id, secret, last_step, enrolled_at) values ($1, $2, $3, $4)
on conflict on constraint second_factors_pkey do nothing
returning account_id;

-- name: factors.use :optional
-- No code is good twice, nor one older than the last. $1 account, $2 half-minute of the code
update second_factors set last_step = $2 where account_id = $1 and last_step < $2 returning account_id;

-- name: factors.use_recovery :optional
-- $1 account, $2 hash of the code, $3 now
update recovery_codes set used_at = $3 where account_id = $1 and code_hash = $2 and used_at is null returning account_id;

-- name: factors.add_recovery :exec
-- $1 account, $2 hash
insert into recovery_codes (account_id, code_hash) values ($1, $2);

-- name: factors.drop_recovery :exec
-- $1 account
delete from recovery_codes where account_id = $1;

-- name: factors.left :one
-- Recovery codes that nobody has used. $1 account
select count(*) as left from recovery_codes where account_id = $1 and used_at is null;

-- name: factors.drop :optional
-- $1 account
delete from second_factors where account_id = $1 returning account_id;

-- name: staff.members :many
-- Officers of an agency with their duties. $1 agency
select account.id as id, account.name as name, account.login as login, duty.unit_id as unit_id, unit.name as unit_name,
    duty.duties as duties, duty.version as version,
    exists (select from second_factors factor where factor.account_id = account.id) as has_factor
from staff_duties duty
join accounts account on account.id = duty.account_id
left join agency_units unit on unit.id = duty.unit_id
where duty.agency_code = $1 and account.disabled_at is null
order by account.name, account.id;

-- name: staff.lock :many
-- The duties of an agency's officers, held until the transaction ends. $1 agency
select duty.account_id as account_id, duty.unit_id as unit_id, duty.duties as duties, duty.version as version
from staff_duties duty
join accounts account on account.id = duty.account_id
where duty.agency_code = $1 and account.disabled_at is null
order by duty.account_id
for update of duty;

-- name: staff.change :exec
-- $1 account, $2 unit, $3 duties
update staff_duties set unit_id = $2, duties = $3, version = version + 1 where account_id = $1;

-- name: staff.drop :exec
-- $1 account
delete from staff_duties where account_id = $1;

-- name: staff.disable :exec
-- $1 account, $2 now
update accounts set disabled_at = $2 where id = $1 and disabled_at is null;

-- name: staff.has_left :one
-- $1 account, $2 agency
select exists (select from accounts where id = $1 and agency_code = $2 and disabled_at is not null) as found;
