-- Tables of `portal bench` alone, in a database that it makes and drops.
create schema bench;
create table bench.items (id integer primary key, name text not null, amount integer not null);
insert into bench.items select id, 'item ' || id, 0 from generate_series(1, 100000) as id;
create table bench.log (id bigint generated always as identity primary key, item integer not null, at timestamptz not null);
vacuum analyze bench.items;

-- Dossiers enough for long lists: copies of the demonstration's first, spread over the last months.
insert into dossiers (id, code, procedure_code, revision_id, agency_code, account_id, applicant_name, tracking_digits,
    status, origin, submitted_at, received_at, due_at, version)
select gen_random_uuid(), sample.agency_code || '-250101-' || lpad(number::text, 6, '0'), sample.procedure_code,
    sample.revision_id, sample.agency_code, null, sample.applicant_name, sample.tracking_digits, 1 + number % 10, 'agency',
    sample.submitted_at - number * interval '1 minute', null, sample.due_at, 1
from (
    select dossiers.* from dossiers join accounts on accounts.agency_code = dossiers.agency_code
    where accounts.kind = 'officer' limit 1
) as sample, generate_series(1, 10000) as number;
vacuum analyze dossiers;
