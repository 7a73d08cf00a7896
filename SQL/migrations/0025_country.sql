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
