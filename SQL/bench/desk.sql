-- Dossiers of one agency for `portal bench --desk`: most are finished, one in twenty is open. psql variables: first, last.
set session_replication_role = replica;
insert into dossiers (id, code, procedure_code, revision_id, agency_code, account_id, applicant_name, tracking_digits, status, origin,
    submitted_at, received_at, due_at, finished_at, version, waits_for, assigned_to)
select gen_random_uuid(), model.agency_code || '-' || to_char(at, 'YYMMDD') || '-' || lpad(number::text, 8, '0'), model.procedure_code,
    model.revision_id, model.agency_code, model.account_id,
    (array['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ'])[1 + number % 6] || ' ' || (array['Thị Minh', 'Văn', 'Hải', 'Thu'])[1 + number % 4]
        || ' ' || (array['Lan', 'Đăng', 'Hà', 'Bình', 'Khoa'])[1 + number % 5],
    '0127', state, 'portal', at, case when state > 1 then at + interval '1 hour' end,
    case when state <> 1 or number % 7 > 0 then at + interval '10 days' end,
    case when state in (3, 7, 9, 10) then at + interval '8 days' end, 1,
    case when state in (5, 6) then 'applicant' when state in (3, 7, 10) then 'nobody' when number % 400 = 0 then 'consulted' else 'agency' end,
    case when state in (2, 4) and number % 50 = 0 then officer.id end
from (
    select number, now() - (number % 1000) * interval '1 day' - (number % 86400) * interval '1 second' as at,
        case when number % 20 = 0 then (array[1, 2, 4, 4, 5, 6, 8])[1 + (number / 20) % 7]
            when number % 33 = 0 then 7 when number % 31 = 0 then 3 when number % 200 = 1 then 9 else 10 end as state
    from generate_series(:first, :last) as number
) as made,
    (select d.* from dossiers d join accounts a on a.agency_code = d.agency_code where a.kind = 'officer' order by d.code limit 1) as model,
    (select id, agency_code from accounts where kind = 'officer' order by login limit 1) as officer
where officer.agency_code = model.agency_code;
insert into dossier_answers (dossier_id, answers)
select id, '{}' from dossiers where not exists (select from dossier_answers where dossier_id = dossiers.id);
insert into dossier_events (dossier_id, sequence, status, occurred_at, recorded_at, entry_id)
select id, 1, status, submitted_at, submitted_at, gen_random_uuid() from dossiers
where not exists (select from dossier_events where dossier_id = dossiers.id);
vacuum analyze dossiers, dossier_answers, dossier_events;
