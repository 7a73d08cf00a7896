-- Files that agencies' systems sent, and the events that they belong to.

-- name: reported_files.send :optional
-- Gives the digest of a file that the agency hadn't sent before. $1 agency, $2 SHA-256, $3 now
insert into agency_files (agency_code, sha256, sent_at) values ($1, $2, $3)
on conflict on constraint agency_files_pkey do nothing
returning sha256;

-- name: reported_files.sent :many
-- Those of some files that the agency sent. $1 agency, $2 digests in hexadecimal digits
select file.sha256 as sha256, file.size as size, file.media_type as media_type
from unnest($2::text[]) as digest
join agency_files sent on sent.agency_code = $1 and sent.sha256 = decode(digest, 'hex')
join files file on file.sha256 = sent.sha256;

-- name: reported_files.name :exec
-- $1 dossier, $2 agency, $3 the agency's event id, $4 the files, in their order, $5 now
insert into event_files (id, dossier_id, agency_code, event_id, place, sha256, name, added_at)
select file.id, $1, $2, $3, file.place, decode(file.sha256, 'hex'), file.name, $5
from jsonb_to_recordset($4::jsonb) as file (id uuid, place smallint, sha256 text, name text);

-- name: reported_files.of_dossier :many
-- The files of a dossier's events. $1 code
select event.sequence as sequence, event.kind as kind, named.id as id, '' as field_id, named.name as name,
    file.sha256 as sha256, file.size as size, file.media_type as media_type, named.added_at as added_at,
    null::text as origin
from dossiers dossier
join event_files named on named.dossier_id = dossier.id
join dossier_events event on event.dossier_id = dossier.id and event.event_id = named.event_id
    and event.agency_code = named.agency_code
join files file on file.sha256 = named.sha256
where dossier.code = $1
order by event.sequence, named.place;
