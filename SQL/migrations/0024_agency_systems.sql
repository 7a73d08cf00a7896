-- Until when and from where a system may call: no end and from anywhere, unless said.
alter table api_clients
    add column expires_at timestamptz,
    add column networks cidr[] not null default '{}';

-- Reports of agencies' systems that carry a number: one more with each report on a dossier, from 1.

-- How far each dossier's reports were applied. Read and written under the dossier's lock.
create table report_places (
    dossier_id  uuid    not null,
    agency_code text    not null,
    applied     integer not null,
    constraint report_places_pkey primary key (dossier_id, agency_code),
    constraint report_places_dossier foreign key (dossier_id) references dossiers (id),
    constraint report_places_applied check (applied > 0)
);

-- Reports that came before their predecessor, and what became of them: kept as they came, never removed.
create table parked_reports (
    id            uuid        not null,
    dossier_id    uuid        not null,
    agency_code   text        not null,
    sequence      integer     not null,
    status        smallint    not null,
    occurred_at   timestamptz not null,
    event_id      text        not null,
    note          text,
    officer_name  text        not null,
    officer_title text,
    due_at        timestamptz,
    -- As it came, and from whom.
    message       bytea       not null,
    actor         text        not null,
    parked_at     timestamptz not null,
    -- When somebody was told that its predecessor is missing for too long.
    alarmed_at    timestamptz,
    outcome       text,
    settled_at    timestamptz,
    -- Why it was refused, as the name of a problem.
    reason        text,
    constraint parked_reports_pkey primary key (id),
    constraint parked_reports_dossier foreign key (dossier_id) references dossiers (id),
    constraint parked_reports_status check (status between 1 and 10),
    constraint parked_reports_sequence check (sequence > 1),
    -- applied; repeated: its event was applied already; refused, until a report with its number replaces it.
    constraint parked_reports_outcome check (outcome in ('applied', 'repeated', 'refused', 'replaced')),
    constraint parked_reports_settled check ((outcome is null) = (settled_at is null)),
    constraint parked_reports_reason check (reason is null or outcome in ('refused', 'replaced'))
);
create unique index parked_reports_place on parked_reports (dossier_id, agency_code, sequence) where outcome is null;
create unique index parked_reports_event on parked_reports (agency_code, event_id) where outcome is null;
-- What an agency still has to look after, in the order in which it came.
create index parked_reports_open on parked_reports (agency_code, id) where outcome is null or outcome = 'refused';
create index parked_reports_silent on parked_reports (parked_at) where outcome is null and alarmed_at is null;

alter table report_places enable row level security;
alter table report_places force row level security;
create policy report_places_of_the_acting on report_places to portal_app using (agency_code = acting_agency());
alter table parked_reports enable row level security;
alter table parked_reports force row level security;
create policy parked_reports_of_the_acting on parked_reports to portal_app using (agency_code = acting_agency());
create policy parked_reports_for_jobs on parked_reports to portal_worker using (true);

grant select, insert, update on report_places, parked_reports to portal_app;
grant select, update on parked_reports to portal_worker;
