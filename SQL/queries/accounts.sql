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

-- name: accounts.failures :optional
-- Wrong passwords since a moment. $1 digest of the login, $2 since
select failures, since from sign_in_failures where login_digest = $1 and since > $2;

-- name: accounts.count_failure :exec
-- $1 digest of the login, $2 now, $3 since when failures count together
insert into sign_in_failures (login_digest, failures, since) values ($1, 1, $2)
on conflict on constraint sign_in_failures_pkey do update
set failures = case when sign_in_failures.since > $3 then sign_in_failures.failures + 1 else 1 end,
    since = case when sign_in_failures.since > $3 then sign_in_failures.since else excluded.since end;

-- name: accounts.clear_failures :exec
-- $1 digest of the login
delete from sign_in_failures where login_digest = $1;

-- name: sessions.start :exec
-- $1 id, $2 hash of the token, $3 account, $4 device, $5 now
insert into sessions (id, token_hash, account_id, device, created_at, last_seen_at) values ($1, $2, $3, $4, $5, $5);

-- name: sessions.trim :exec
-- Ends the oldest sessions of an account beyond the newest few. $1 account, $2 how many stay
delete from sessions
where id in (select id from sessions where account_id = $1 order by last_seen_at desc, id offset $2);

-- name: sessions.find :optional
-- A session that neither lay idle nor grew old, with its account. $1 hash of the token, $2 idle since for citizens,
-- $3 idle since for staff, $4 begun after
select session.id as session_id, session.last_seen_at as last_seen_at, account.id as account_id, account.kind as kind,
    account.login as login, account.name as name, account.agency_code as agency_code,
    account.national as national
from sessions session
join accounts account on account.id = session.account_id
where session.token_hash = $1
    and session.last_seen_at > case when account.kind in ('citizen', 'business') then $2 else $3 end
    and session.created_at > $4
    and account.disabled_at is null;

-- name: sessions.touch :exec
-- $1 session, $2 now
update sessions set last_seen_at = $2 where id = $1;

-- name: sessions.list :many
-- $1 account, $2 idle since, $3 begun after
select id, device, created_at, last_seen_at
from sessions
where account_id = $1 and last_seen_at > $2 and created_at > $3
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
-- An agency's system; enrolled again, its secret is replaced. $1 id, $2 agency, $3 name, $4 hash of the secret, $5 scopes, $6 now
insert into api_clients (id, agency_code, name, secret_hash, scopes, created_at) values ($1, $2, $3, $4, $5, $6)
on conflict on constraint api_clients_pkey do update
set agency_code = excluded.agency_code, name = excluded.name, secret_hash = excluded.secret_hash, scopes = excluded.scopes;

-- name: clients.find :optional
-- $1 id
select id, agency_code, secret_hash, scopes from api_clients where id = $1 and disabled_at is null;

-- name: tokens.issue :exec
-- $1 hash, $2 client, $3 until
insert into access_tokens (token_hash, client_id, expires_at) values ($1, $2, $3);

-- name: tokens.find :optional
-- The client that a token was issued to, while both are good. $1 hash, $2 now
select client.id as id, client.agency_code as agency_code, client.secret_hash as secret_hash, client.scopes as scopes
from access_tokens token
join api_clients client on client.id = token.client_id
where token.token_hash = $1 and token.expires_at > $2 and client.disabled_at is null;

-- name: tokens.purge :exec
-- $1 expired before
delete from access_tokens where expires_at < $1;
