-- At the size of the country.

-- A job that moves a dossier reads what belongs to it as its agency's system does.
create policy report_places_for_jobs on report_places to portal_worker using (true);
grant select on report_places to portal_worker;

-- How many dossiers each agency has, by status and day of submission in Vietnam: kept with every change, so that nobody has to
-- count. A change adds rows and waits for none, so that transactions at once neither queue nor deadlock; a job folds them into
-- the counts. The two together are what a recount says, at any moment.
create table dossier_counts (
    agency_code text     not null,
    status      smallint not null,
    day         date     not null,
    count       bigint   not null,
    constraint dossier_counts_pkey primary key (agency_code, status, day)
);
create table dossier_count_changes (
    agency_code text     not null,
    status      smallint not null,
    day         date     not null,
    change      bigint   not null
);
create index dossier_count_changes_agency on dossier_count_changes (agency_code);

alter table dossier_counts enable row level security;
alter table dossier_counts force row level security;
create policy dossier_counts_of_the_acting on dossier_counts to portal_app using (agency_code = acting_agency());
create policy dossier_counts_for_jobs on dossier_counts to portal_worker using (true);
alter table dossier_count_changes enable row level security;
alter table dossier_count_changes force row level security;
create policy dossier_count_changes_of_the_acting on dossier_count_changes to portal_app using (agency_code = acting_agency());
create policy dossier_count_changes_for_jobs on dossier_count_changes to portal_worker using (true);
grant select on dossier_counts, dossier_count_changes to portal_app;
grant select, insert, update, delete on dossier_counts, dossier_count_changes to portal_worker;

-- What a statement made and what it removed, of one dossier or of a million. As portal_worker, because nobody else writes here.
create function count_dossiers() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into dossier_count_changes (agency_code, status, day, change)
        select agency_code, status, (submitted_at at time zone interval '07:00')::date, count(*) from made group by 1, 2, 3;
    else
        insert into dossier_count_changes (agency_code, status, day, change)
        select agency_code, status, (submitted_at at time zone interval '07:00')::date, sum(change)
        from (select agency_code, status, submitted_at, 1 as change from made
            union all select agency_code, status, submitted_at, -1 from gone) as moved
        group by 1, 2, 3 having sum(change) <> 0;
    end if;
    return null;
end
$$;
grant create on schema public to portal_worker;
alter function count_dossiers() owner to portal_worker;
revoke create on schema public from portal_worker;
create trigger dossiers_counted_in after insert on dossiers referencing new table as made
    for each statement execute function count_dossiers();
create trigger dossiers_counted_again after update on dossiers referencing old table as gone new table as made
    for each statement execute function count_dossiers();

-- What is there already. Dossiers are never deleted.
alter table dossiers no force row level security;
alter table dossier_counts no force row level security;
insert into dossier_counts (agency_code, status, day, count)
select agency_code, status, (submitted_at at time zone interval '07:00')::date, count(*) from dossiers group by 1, 2, 3;
alter table dossiers force row level security;
alter table dossier_counts force row level security;

-- What agencies follow, by month in Vietnam, so that old months can be taken away whole. `make_months` makes the months to come;
-- what none was made for lies in `agency_events_unplaced`, and moves when it is.
-- `dossier_events` stays one table: read for one dossier, 24 months of it took twice the time, and neither its place among
-- the dossier's events nor the agency's own identifier would be unique any more.
alter table agency_events rename to agency_events_before;
alter table agency_events_before rename constraint agency_events_pkey to agency_events_before_pkey;
create table agency_events (
    agency_code text        not null,
    position    bigint      not null,
    entry_id    uuid        not null,
    recorded_at timestamptz not null,                             -- the entry's: which month it lies in
    constraint agency_events_pkey primary key (agency_code, position, recorded_at),
    constraint agency_events_position foreign key (position) references journal_chain (position)
) partition by range (recorded_at);
create table agency_events_unplaced partition of agency_events default;

alter table agency_events enable row level security;
alter table agency_events force row level security;
create policy agency_events_of_the_acting on agency_events to portal_app using (agency_code = acting_agency());
create policy agency_events_for_jobs on agency_events to portal_worker using (true);
-- On the whole alone: a month by itself is nobody's to read.
grant select on agency_events to portal_app;
grant select, insert, delete on agency_events to portal_worker;

-- Makes what is missing of so many months from the one that an instant lies in, with what lay unplaced of them, and says how
-- many it made. The owner's work, whoever asks for it.
create function make_months(since timestamptz, months integer) returns integer
    language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
declare
    first timestamptz := date_trunc('month', since, 'Asia/Ho_Chi_Minh');
    month timestamptz;
    next timestamptz;
    name text;
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('make_months'));
    for number in 0 .. months - 1 loop
        month := (first at time zone 'Asia/Ho_Chi_Minh' + number * interval '1 month') at time zone 'Asia/Ho_Chi_Minh';
        next := (month at time zone 'Asia/Ho_Chi_Minh' + interval '1 month') at time zone 'Asia/Ho_Chi_Minh';
        name := 'agency_events_' || to_char(month at time zone 'Asia/Ho_Chi_Minh', 'YYYY_MM');
        continue when to_regclass(name) is not null;
        -- Attached when it is full, so that nobody waits for it.
        execute format('create table %I (like agency_events including all)', name);
        lock table agency_events_unplaced in access exclusive mode;
        execute format('with moved as (delete from agency_events_unplaced where recorded_at >= %L and recorded_at < %L returning *)
            insert into %I select * from moved', month, next, name);
        execute format('alter table agency_events attach partition %I for values from (%L) to (%L)', name, month, next);
        made := made + 1;
    end loop;
    return made;
end
$$;
revoke execute on function make_months(timestamptz, integer) from public;
grant execute on function make_months(timestamptz, integer) to portal_worker;
grant select on agency_events_unplaced to portal_worker;

alter table agency_events_before no force row level security;
alter table agency_events no force row level security;
insert into agency_events (agency_code, position, entry_id, recorded_at)
select event.agency_code, event.position, event.entry_id, entry.recorded_at
from agency_events_before event
join journal_entries entry on entry.id = event.entry_id;
select make_months(min(recorded_at), (extract(year from age(now(), min(recorded_at))) * 12
    + extract(month from age(now(), min(recorded_at))))::integer + 2)
from agency_events having count(*) > 0;
alter table agency_events force row level security;
drop table agency_events_before;

-- The wall filters and doesn't look up: each query names for whom it acts by itself. Where the planner could take the agency's arm
-- for an index it joined both arms and read all that an agency has to show fifty (0.6 s of 94,000, now 0.2 ms).
alter policy dossiers_of_the_acting on dossiers using (
    (agency_code = acting_agency()) is true or (account_id = acting_account() and acting_covers(procedure_code)));
