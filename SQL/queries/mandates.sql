-- Who may act for whom.

-- name: mandates.give :exec
-- No row when the same form was sent before. $1 id, $2 principal, $3 basis, $4 the agent's personal number, $5 codes of
-- procedures, none for all, $6 limit in đồng, $7 first day, $8 last day, $9 SHA-256 of the document, $10 now
insert into mandates (id, principal_id, basis, agent_login, procedures, amount_limit, valid_from, valid_until,
    document_sha256, given_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict on constraint mandates_pkey do nothing;

-- name: mandates.invited :optional
-- The account to tell of a mandate. $1 personal number
select id from accounts where login = $1 and disabled_at is null;

-- name: mandates.find :optional
-- $1 mandate, $2 the account that asks: the principal, or whom the mandate names
select mandate.id as id, mandate.principal_id as principal_id, principal.name as principal_name,
    principal.kind as principal_kind,
    mandate.basis as basis, mandate.agent_login as agent_login, mandate.agent_id as agent_id,
    agent.name as agent_name, mandate.procedures as procedures, mandate.amount_limit as amount_limit,
    mandate.valid_from as valid_from, mandate.valid_until as valid_until,
    mandate.document_sha256 as document_sha256, file.media_type as document_type, mandate.given_at as given_at, mandate.accepted_at as accepted_at,
    mandate.revoked_at as revoked_at
from mandates mandate
join accounts principal on principal.id = mandate.principal_id
left join accounts agent on agent.id = mandate.agent_id
left join files file on file.sha256 = mandate.document_sha256
where mandate.id = $1
    and (mandate.principal_id = $2 or mandate.agent_login = (select login from accounts where id = $2));

-- name: mandates.lock :optional
-- The same, held until the transaction ends. $1 mandate, $2 the account that acts
select mandate.id as id, mandate.principal_id as principal_id, principal.name as principal_name,
    principal.kind as principal_kind,
    mandate.basis as basis, mandate.agent_login as agent_login, mandate.agent_id as agent_id,
    agent.name as agent_name, mandate.procedures as procedures, mandate.amount_limit as amount_limit,
    mandate.valid_from as valid_from, mandate.valid_until as valid_until,
    mandate.document_sha256 as document_sha256, file.media_type as document_type, mandate.given_at as given_at, mandate.accepted_at as accepted_at,
    mandate.revoked_at as revoked_at
from mandates mandate
join accounts principal on principal.id = mandate.principal_id
left join accounts agent on agent.id = mandate.agent_id
left join files file on file.sha256 = mandate.document_sha256
where mandate.id = $1
    and (mandate.principal_id = $2 or mandate.agent_login = (select login from accounts where id = $2))
for update of mandate;

-- name: mandates.given :many
-- What a principal gave, the newest first. $1 principal, $2 how many
select mandate.id as id, mandate.principal_id as principal_id, principal.name as principal_name,
    principal.kind as principal_kind,
    mandate.basis as basis, mandate.agent_login as agent_login, mandate.agent_id as agent_id,
    agent.name as agent_name, mandate.procedures as procedures, mandate.amount_limit as amount_limit,
    mandate.valid_from as valid_from, mandate.valid_until as valid_until,
    mandate.document_sha256 as document_sha256, file.media_type as document_type, mandate.given_at as given_at, mandate.accepted_at as accepted_at,
    mandate.revoked_at as revoked_at
from mandates mandate
join accounts principal on principal.id = mandate.principal_id
left join accounts agent on agent.id = mandate.agent_id
left join files file on file.sha256 = mandate.document_sha256
where mandate.principal_id = $1
order by mandate.given_at desc, mandate.id desc
limit $2;

-- name: mandates.received :many
-- What names a person as agent, accepted or not, the newest first. $1 that person's account, $2 how many
select mandate.id as id, mandate.principal_id as principal_id, principal.name as principal_name,
    principal.kind as principal_kind,
    mandate.basis as basis, mandate.agent_login as agent_login, mandate.agent_id as agent_id,
    agent.name as agent_name, mandate.procedures as procedures, mandate.amount_limit as amount_limit,
    mandate.valid_from as valid_from, mandate.valid_until as valid_until,
    mandate.document_sha256 as document_sha256, file.media_type as document_type, mandate.given_at as given_at, mandate.accepted_at as accepted_at,
    mandate.revoked_at as revoked_at
from mandates mandate
join accounts principal on principal.id = mandate.principal_id
left join accounts agent on agent.id = mandate.agent_id
left join files file on file.sha256 = mandate.document_sha256
where mandate.agent_login = (select login from accounts where id = $1)
order by mandate.given_at desc, mandate.id desc
limit $2;

-- name: mandates.accept :exec
-- $1 mandate, $2 the account of the person named, $3 now
update mandates set agent_id = $2, accepted_at = $3 where id = $1 and accepted_at is null and revoked_at is null;

-- name: mandates.revoke :exec
-- $1 mandate, $2 who revokes or gives back, $3 now
update mandates set revoked_by = $2, revoked_at = $3 where id = $1 and revoked_at is null;
