-- One batch of the dossiers of `portal bench scale`, with three events each: synchronised from every agency in turn, one in ten
-- from the first of them, the newest last, one in twenty still open. With a superuser. psql variables: batch, first, last, total, few (of each citizen).
set session_replication_role = replica;
begin;
insert into scale.batches (number) values (:batch);
create temporary table made on commit drop as
select made.number, lpad(to_hex(made.number), 12, '0') as hex, 'SC-' || made.number as code, at, state, agency.code as agency_code,
    model.procedure_code, model.revision_id
from (
    select number, timestamptz '2026-11-01 00:00+07' - (:total - number) * (interval '270 days' / :total) as at,
        case when number % 20 = 0 then (array[1, 2, 4, 4, 5, 6, 8])[1 + (number / 20) % 7]
            when number % 33 = 0 then 7 when number % 31 = 0 then 3 when number % 200 = 1 then 9 else 10 end as state
    from generate_series(:first::bigint, :last::bigint) as number
) as made
join scale.agencies agency on agency.number =
    case when made.number % 10 = 3 then 0 else made.number % (select count(*) from scale.agencies) end,
    (select procedure_code, revision_id from dossiers order by submitted_at limit 1) as model
order by made.number;

insert into dossiers (id, code, procedure_code, revision_id, agency_code, account_id, applicant_name, tracking_digits, status, origin,
    submitted_at, received_at, due_at, finished_at, version, waits_for)
select ('ffffffff-0000-4000-8000-' || hex)::uuid, code, procedure_code, revision_id, agency_code,
    ('00000000-0000-4000-9000-' || lpad(to_hex(number % (:total / :few + 1)), 12, '0'))::uuid,
    (array['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ'])[1 + number % 6] || ' ' || (array['Thị Minh', 'Văn', 'Hải'])[1 + number % 3]
        || ' ' || (array['Lan', 'Đăng', 'Hà', 'Bình', 'Khoa'])[1 + number % 5],
    '0127', state, 'agency', at, case when state > 1 then at + interval '1 hour' end, at + interval '10 days',
    case when state in (3, 7, 9, 10) then at + interval '8 days' end, 3,
    case when state in (5, 6) then 'applicant' when state in (3, 7, 10) then 'nobody' else 'agency' end
from made order by number;

insert into dossier_events (dossier_id, sequence, status, previous_status, occurred_at, recorded_at, agency_code, event_id,
    entry_id)
select ('ffffffff-0000-4000-8000-' || hex)::uuid, step, case step when 3 then state else least(step, 2) end,
    case step when 1 then null else step - 1 end, at + (step - 1) * interval '1 hour', at + (step - 1) * interval '1 hour',
    agency_code, hex || step, ('00000000-0000-4000-a' || lpad(step::text, 3, '0') || '-' || hex)::uuid
from made, generate_series(1, 3) as step order by number, step;

insert into dossier_counts as kept (agency_code, status, day, count)
select agency_code, state, (at at time zone interval '07:00')::date, count(*) from made group by 1, 2, 3
on conflict on constraint dossier_counts_pkey do update set count = kept.count + excluded.count;
commit;
