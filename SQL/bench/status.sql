-- Dossiers to be received once each, for `portal bench`. psql variables: count.
begin;
create temporary table made as
select ('00000000-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid as id, 'BENCH-' || number as code,
    sample.procedure_code, sample.revision_id, sample.agency_code, sample.submitted_at
from (select d.* from dossiers d join api_clients client on client.agency_code = d.agency_code
    join procedure_revisions revision on revision.id = d.revision_id order by client.id, d.code limit 1) as sample,
    generate_series(1, :count) as number;
insert into dossiers (id, code, procedure_code, revision_id, agency_code, applicant_name, tracking_digits, status, origin,
    submitted_at, version)
select id, code, procedure_code, revision_id, agency_code, 'Nguyễn Thị Minh', '0127', 1, 'portal', submitted_at, 1 from made;
insert into dossier_answers (dossier_id, answers) select id, '{}' from made;
insert into journal_entries (id, kind, subject, agency_code, actor, recorded_at, content, digest)
select id, 'dossier.submitted', 'dossier:' || id, agency_code, 'bench', submitted_at, '{}', sha256(code::bytea) from made;
insert into dossier_events (dossier_id, sequence, status, occurred_at, recorded_at, entry_id)
select id, 1, 1, submitted_at, submitted_at, id from made;
commit;
vacuum analyze dossiers, dossier_answers, dossier_events, journal_entries;
