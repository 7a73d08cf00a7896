-- Writes the rows that a synchronisation made to files, a part for each of those who will copy them, and makes empty tables with
-- the same indexes. Variables: folder.
drop schema if exists bench_copy cascade;
create schema bench_copy;
create table bench_copy.dossiers (like public.dossiers including all);
create table bench_copy.dossier_events (like public.dossier_events including all);
create table bench_copy.dossier_sources (like public.dossier_sources including all);
create table bench_copy.dossier_clocks (like public.dossier_clocks including all);
create table bench_copy.report_places (like public.report_places including all);
create table bench_copy.journal_entries (like public.journal_entries including all);
create table bench_copy.journal_queue (like public.journal_queue including all);

create table bench_copy.made as
select id, row_number() over (order by id) % 4 as part from public.dossiers where origin = 'agency';
create unique index on bench_copy.made (id);
analyze bench_copy.made;
-- A generated column is not copied.
create view bench_copy.dossier_rows as
select dossiers.id, code, procedure_code, revision_id, agency_code, account_id, applicant_name, tracking_digits, status,
    origin, submitted_at, received_at, due_at, finished_at, version, assigned_to, unit_id, step_due_at, waits_for, part
from public.dossiers join bench_copy.made using (id);
