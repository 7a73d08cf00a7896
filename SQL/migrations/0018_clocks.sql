-- Deadlines that are derived: when a dossier's clock stood still, what its due date is made from, whose hours count, and
-- who was told.

-- Hours of work as dated data: Monday to Sunday, separated by semicolons, ranges by commas, a day off left empty.
create domain working_week as text
    constraint working_week_form check (value ~ '^(([0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2},?)*;){6}([0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2},?)*$');
alter table deadline_rules add column hours working_week not null
    default '07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;;';

-- Where an agency's differ from the national ones, from a day on.
create table agency_hours (
    agency_code text         not null,
    valid_from  date         not null,
    week        working_week not null,
    source      text         not null,
    constraint agency_hours_pkey primary key (agency_code, valid_from),
    constraint agency_hours_agency foreign key (agency_code) references agencies (code)
);

-- Single days on which an agency works otherwise than its week says.
create table agency_days (
    agency_code text not null,
    day         date not null,
    hours       text not null,                       -- as one day of a week; empty: closed
    source      text not null,
    constraint agency_days_pkey primary key (agency_code, day),
    constraint agency_days_agency foreign key (agency_code) references agencies (code)
);

-- What a dossier's due date is made from, before pauses, and how its time counted in the end. Without a row: the due date
-- that stands in the dossier, as given when it was received.
create table dossier_clocks (
    dossier_id        uuid        not null,
    first_received_at timestamptz,                   -- the national index counts from here, whatever began anew
    basis             text        not null,          -- counted: by the limit from `since`; given: `given_due_at`, set then
    since             timestamptz not null,
    given_due_at      timestamptz,
    elapsed           integer,                       -- minutes worked from the first reception to the end
    net               integer,                       -- without the time of supplements, as the index counts
    supplements       integer,
    on_time           boolean,
    constraint dossier_clocks_pkey primary key (dossier_id),
    constraint dossier_clocks_dossier foreign key (dossier_id) references dossiers (id),
    constraint dossier_clocks_basis check (basis in ('counted', 'given')),
    constraint dossier_clocks_given check ((basis = 'given') = (given_due_at is not null))
);

-- When a dossier's clock stood still. The due date is derived from these rows and never the other way round.
create table dossier_pauses (
    dossier_id uuid        not null,
    number     integer     not null,
    kind       text        not null,
    began_at   timestamptz not null,
    ended_at   timestamptz,
    constraint dossier_pauses_pkey primary key (dossier_id, number),
    constraint dossier_pauses_dossier foreign key (dossier_id) references dossiers (id),
    constraint dossier_pauses_kind check (kind in ('supplement', 'payment', 'stop')),
    constraint dossier_pauses_order check (ended_at >= began_at)
);
create unique index dossier_pauses_open on dossier_pauses (dossier_id) where ended_at is null;

-- What is paused now has been so since its last change of status.
insert into dossier_pauses (dossier_id, number, kind, began_at)
select dossier.id, 1, case dossier.status when 5 then 'supplement' when 6 then 'payment' else 'stop' end,
    (select max(event.occurred_at) from dossier_events event where event.dossier_id = dossier.id and event.kind = 'status')
from dossiers dossier
where dossier.status in (5, 6, 8) and exists (
    select from dossier_events event where event.dossier_id = dossier.id and event.kind = 'status');

-- A change of the calendar, until every open dossier was counted again by it. The cursor moves with the work, in one
-- transaction: what was done before a crash isn't done again.
create table calendar_recounts (
    id           bigint      generated always as identity,
    day          date        not null,               -- the first that changed: what is due before it can't move
    requested_at timestamptz not null,
    after_due    timestamptz,
    after_id     uuid,
    moved        integer     not null default 0,
    finished_at  timestamptz,
    constraint calendar_recounts_pkey primary key (id)
);
create index calendar_recounts_open on calendar_recounts (id) where finished_at is null;

-- Who was told what about which due moment: one row each, written with the letters, so that nobody is told twice.
create table reminders (
    subject  uuid        not null,                   -- a dossier, a supplement or a draft
    kind     text        not null,
    due      timestamptz not null,
    noted_at timestamptz not null,
    constraint reminders_pkey primary key (subject, kind, due),
    constraint reminders_kind check (kind in (
        'due_tomorrow', 'due_today', 'late', 'supplement_due', 'supplement_unanswered', 'draft_expiring', 'draft_expired'))
);

-- What the jobs walk: open dossiers by their due date, open supplements by the date of their answer, drafts by their age.
create index dossiers_open_due on dossiers (due_at, id) include (status, waits_for) where finished_at is null and due_at is not null;
create index supplements_open_due on supplements (answer_by, id) where answered_at is null and closed_at is null;
create index drafts_age on drafts (updated_at, id);

alter table dossier_clocks enable row level security;
alter table dossier_clocks force row level security;
alter table dossier_pauses enable row level security;
alter table dossier_pauses force row level security;
alter table reminders enable row level security;
alter table reminders force row level security;

create policy dossier_clocks_of_the_acting on dossier_clocks to portal_app
    using (exists (select from dossiers where dossiers.id = dossier_clocks.dossier_id));
create policy dossier_pauses_of_the_acting on dossier_pauses to portal_app
    using (exists (select from dossiers where dossiers.id = dossier_pauses.dossier_id));
create policy dossier_clocks_for_jobs on dossier_clocks to portal_worker using (true);
create policy dossier_pauses_for_jobs on dossier_pauses to portal_worker using (true);
create policy reminders_for_jobs on reminders to portal_worker using (true);

grant select on agency_hours, agency_days to portal_app, portal_worker;
grant select, insert, update on dossier_clocks, dossier_pauses to portal_app, portal_worker;
grant insert on calendar_recounts to portal_app;
grant select, insert, update on calendar_recounts to portal_worker;
grant select, insert on reminders to portal_worker;
-- A recount writes the same rows as any step of a dossier.
grant update on dossiers, dossier_answers to portal_worker;
grant insert on dossier_events to portal_worker;
