-- What dossiers led to: documents with their signatures. Issued and revoked by the agency, seen by it and the applicant;
-- anyone may look one up by its code or by the document.

-- name: results.issue :exec
-- $1 id, $2 dossier, $3 agency, $4 kind, $5 title, $6 number, $7 file name, $8 SHA-256, $9 signature, $10 certificate's
-- holder, $11 its serial, $12 code, $13 now, $14 actor, $15 journal entry, $16 template (null = uploaded)
insert into results (id, dossier_id, agency_code, kind, title, number, file_name, sha256, signature, certificate_subject,
    certificate_serial, code, issued_at, issued_by, entry_id, template)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: results.template :optional
-- The form in force on a day. $1 day
select id from result_templates where valid_from <= $1 order by valid_from desc limit 1;

-- name: results.list :many
-- Those of a dossier, oldest first; row-level security hides them from strangers. $1 code of the dossier
select result.id as id, result.kind as kind, result.title as title, result.number as number,
    result.file_name as file_name, result.sha256 as sha256, file.size as size, file.media_type as media_type,
    result.signature as signature, result.certificate_subject as certificate_subject,
    result.certificate_serial as certificate_serial, result.code as code, result.issued_at as issued_at,
    result.revoked_at as revoked_at, result.revocation_reason as revocation_reason
from results result
join dossiers dossier on dossier.id = result.dossier_id
join files file on file.sha256 = result.sha256
where dossier.code = $1
order by result.issued_at, result.id;

-- name: results.lock :optional
-- A result about to be revoked, held until the transaction ends. $1 result, $2 agency
select result.dossier_id as dossier_id, dossier.code as code, dossier.account_id as account_id,
    result.revoked_at is not null as revoked
from results result
join dossiers dossier on dossier.id = result.dossier_id
where result.id = $1 and result.agency_code = $2
for update of result;

-- name: results.revoke :exec
-- $1 result, $2 now, $3 actor, $4 reason, $5 journal entry
update results set revoked_at = $2, revoked_by = $3, revocation_reason = $4, revocation_entry_id = $5
where id = $1 and revoked_at is null;

-- name: results.look_up :optional
-- For anyone: by its code, or by SHA-256 of the document. $1 code, $2 SHA-256
select code, kind, number, sha256, issued_at, is_signed, revoked_at, revocation_reason, agency_code, agency_name,
    procedure_code, procedure_name, procedure_name_en
from look_up_result($1, $2);

-- name: results.disagreeing :many
-- Results that say something else than their journal entries, for verification. $1 how many
select result.id as id, entry.id as entry_id
from results result
join journal_entries entry on entry.id = result.entry_id
left join journal_entries revocation on revocation.id = result.revocation_entry_id
where entry.kind <> 'result.issued'
    or entry.subject <> 'dossier:' || result.dossier_id::text
    or entry.content ->> 'result' is distinct from result.id::text
    or entry.content ->> 'kind' is distinct from result.kind
    or entry.content ->> 'number' is distinct from result.number
    or entry.content ->> 'title' is distinct from result.title
    or entry.content ->> 'document_sha256' is distinct from encode(result.sha256, 'hex')
    or entry.content ->> 'signature_sha256' is distinct from encode(sha256(result.signature), 'hex')
    or entry.content ->> 'code_sha256' is distinct from encode(sha256(convert_to(result.code, 'UTF8')), 'hex')
    or (result.revoked_at is not null and (
        revocation.kind is distinct from 'result.revoked'
        or revocation.content ->> 'result' is distinct from result.id::text
        or revocation.content ->> 'reason' is distinct from result.revocation_reason))
    or (result.revoked_at is null and exists (
        select from journal_entries later where later.subject = entry.subject and later.kind = 'result.revoked'
            and later.content ->> 'result' = result.id::text))
order by result.id
limit $1;
