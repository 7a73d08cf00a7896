-- What officers and applicants do with a dossier between its submission and its end: one row of dossier_events for each act,
-- and a table for each thing that has a life of its own.

-- Every act is an event, whether or not it changes the status, and each makes the version grow: whoever acts on what they
-- saw is told when it isn't there any more.
alter table dossier_events
    add column kind       text not null default 'status',
    add column account_id uuid,                      -- the person who did it; null for an agency's system
    add column detail     text,                      -- canonical JSON, by kind; its digest is in the journal
    add constraint dossier_events_account foreign key (account_id) references accounts (id);

alter table dossiers
    add column assigned_to uuid,
    add column unit_id     uuid,                     -- the unit of the agency that has it
    add column step_due_at timestamptz,              -- when the present step has to be done, as it was handed over
    -- Who has the next step: the lists of officers are by this.
    add column waits_for   text not null default 'agency',
    add column applicant_folded text generated always as (vn_fold(applicant_name)) stored,
    add constraint dossiers_assigned_to foreign key (assigned_to) references accounts (id),
    add constraint dossiers_waits_for check (waits_for in ('agency', 'applicant', 'consulted', 'nobody'));
update dossiers set waits_for = case when status in (5, 6) then 'applicant' when status in (3, 7, 10) then 'nobody' else 'agency' end;

-- The lists walk these, a page at a time. What is open is a small part of all.
-- A dossier without a due date comes last.
create index dossiers_agency_status_due on dossiers (agency_code, status, coalesce(due_at, timestamptz '9999-12-31 00:00:00+00'), id)
    where finished_at is null;
create index dossiers_agency_waits_due on dossiers (agency_code, waits_for, coalesce(due_at, timestamptz '9999-12-31 00:00:00+00'), id)
    where finished_at is null;
create index dossiers_assigned_status_due on dossiers (assigned_to, status, coalesce(due_at, timestamptz '9999-12-31 00:00:00+00'), id)
    where finished_at is null and assigned_to is not null;
create index dossiers_assigned_time on dossiers (assigned_to, submitted_at desc, id desc) where assigned_to is not null;
create index dossiers_agency_due on dossiers (agency_code, due_at) include (waits_for, status) where finished_at is null;
create index dossiers_agency_procedure on dossiers (agency_code, procedure_code, submitted_at desc, id desc);
create index dossiers_agency_applicant on dossiers (agency_code, applicant_folded text_pattern_ops);

-- What was asked of the applicant after submission, item by item, and what they answered. The answers as filed are never
-- written over: a supplement's lie above them.
create table supplements (
    id           uuid        not null,
    dossier_id   uuid        not null,
    number       integer     not null,               -- first, second: a second needs a reason
    items        jsonb       not null,               -- in order: field or null, and what is wrong or missing
    note         text,
    reason       text,
    answer_by    timestamptz,
    asked_at     timestamptz not null,
    asked_by     uuid        not null,
    officer_name text        not null,
    staged       jsonb       not null,               -- what the applicant is writing, until it is sent
    answered_at  timestamptz,
    answers      jsonb,
    reply        text,
    closed_at    timestamptz,                        -- the dossier went on: received, refused, stopped, withdrawn
    constraint supplements_pkey primary key (id),
    constraint supplements_number_once unique (dossier_id, number),
    constraint supplements_dossier foreign key (dossier_id) references dossiers (id),
    constraint supplements_asked_by foreign key (asked_by) references accounts (id),
    constraint supplements_reason check (number = 1 or reason is not null)
);

-- What one agency asks another about a dossier. The one asked sees the question and nothing else of the dossier.
create table consultations (
    id            uuid        not null,
    dossier_id    uuid        not null,
    code          text        not null,
    procedure     text        not null,
    from_agency   text        not null,
    to_agency     text        not null,
    question      text        not null,
    due_at        timestamptz not null,
    asked_at      timestamptz not null,
    asked_by      uuid        not null,
    officer_name  text        not null,
    answer        text,
    answered_at   timestamptz,
    answered_by   uuid,
    answerer_name text,
    constraint consultations_pkey primary key (id),
    constraint consultations_dossier foreign key (dossier_id) references dossiers (id),
    constraint consultations_from foreign key (from_agency) references agencies (code),
    constraint consultations_to foreign key (to_agency) references agencies (code),
    constraint consultations_another check (from_agency <> to_agency),
    constraint consultations_answered check (num_nonnulls(answer, answered_at, answered_by, answerer_name) in (0, 4))
);
create index consultations_dossier on consultations (dossier_id, asked_at);
create index consultations_open on consultations (to_agency, due_at, id) where answered_at is null;
create index consultations_answered on consultations (to_agency, answered_at desc, id) where answered_at is not null;

-- What the applicant has to pay before the work goes on (status 6), until it is paid or waived.
create table obligations (
    id           uuid        not null,
    dossier_id   uuid        not null,
    amount       bigint      not null,
    reason       text        not null,
    requested_at timestamptz not null,
    requested_by uuid        not null,
    outcome      text,
    settled_at   timestamptz,
    settled_by   uuid,
    settled_note text,
    constraint obligations_pkey primary key (id),
    constraint obligations_dossier foreign key (dossier_id) references dossiers (id),
    constraint obligations_amount check (amount > 0),
    constraint obligations_outcome check (outcome in ('paid', 'waived')),
    constraint obligations_settled check (num_nonnulls(outcome, settled_at, settled_by) in (0, 3))
);
create index obligations_dossier on obligations (dossier_id, requested_at);

-- Between the applicant and the agency. A file hangs on the message as one hangs on a draft.
create table dossier_messages (
    id         uuid        not null,
    dossier_id uuid        not null,
    side       text        not null,
    account_id uuid        not null,
    name       text        not null,
    body       text        not null,
    sent_at    timestamptz not null,
    read_at    timestamptz,                          -- when the other side first saw it
    constraint dossier_messages_pkey primary key (id),
    constraint dossier_messages_dossier foreign key (dossier_id) references dossiers (id),
    constraint dossier_messages_account foreign key (account_id) references accounts (id),
    constraint dossier_messages_side check (side in ('applicant', 'agency'))
);
create index dossier_messages_dossier on dossier_messages (dossier_id, sent_at, id);

-- For the agency's own eyes.
create table dossier_notes (
    id         uuid        not null,
    dossier_id uuid        not null,
    account_id uuid        not null,
    name       text        not null,
    body       text        not null,
    written_at timestamptz not null,
    constraint dossier_notes_pkey primary key (id),
    constraint dossier_notes_dossier foreign key (dossier_id) references dossiers (id),
    constraint dossier_notes_account foreign key (account_id) references accounts (id)
);
create index dossier_notes_dossier on dossier_notes (dossier_id, written_at, id);

-- Who looked at a dossier, once for each reader and hour; the applicant sees it.
create table dossier_reads (
    dossier_id uuid        not null,
    reader     text        not null,                 -- account:… or client:…
    hour       timestamptz not null,
    name       text        not null,
    read_at    timestamptz not null,
    constraint dossier_reads_pkey primary key (dossier_id, reader, hour),
    constraint dossier_reads_dossier foreign key (dossier_id) references dossiers (id)
);

-- The applicant's part of the nine indices (TT 01/2018/TT-VPCP Đ.13): contacts, offices, attitude; and how satisfied.
create table dossier_ratings (
    dossier_id   uuid        not null,
    account_id   uuid        not null,
    satisfaction smallint    not null,
    contacts     smallint    not null,
    offices      smallint    not null,
    attitude     smallint    not null,
    comment      text,
    rated_at     timestamptz not null,
    constraint dossier_ratings_pkey primary key (dossier_id),
    constraint dossier_ratings_dossier foreign key (dossier_id) references dossiers (id),
    constraint dossier_ratings_account foreign key (account_id) references accounts (id),
    constraint dossier_ratings_scale check (
        satisfaction between 1 and 5 and contacts between 0 and 2 and offices between 0 and 2 and attitude between 0 and 2)
);

-- An officer's own ways of looking at the work list.
create table work_filters (
    account_id uuid        not null,
    name       text        not null,
    query      text        not null,                 -- as it stands in the address: filters, order and columns
    is_default boolean     not null,                 -- what the list opens with
    saved_at   timestamptz not null,
    constraint work_filters_pkey primary key (account_id, name),
    constraint work_filters_account foreign key (account_id) references accounts (id)
);
create unique index work_filters_default on work_filters (account_id) where is_default;

-- Where an attachment was first filed, when it was taken from there; a file taken again isn't uploaded again.
alter table attachments add column origin text;

alter table supplements enable row level security;
alter table supplements force row level security;
alter table consultations enable row level security;
alter table consultations force row level security;
alter table obligations enable row level security;
alter table obligations force row level security;
alter table dossier_messages enable row level security;
alter table dossier_messages force row level security;
alter table dossier_notes enable row level security;
alter table dossier_notes force row level security;
alter table dossier_reads enable row level security;
alter table dossier_reads force row level security;
alter table dossier_ratings enable row level security;
alter table dossier_ratings force row level security;
alter table work_filters enable row level security;
alter table work_filters force row level security;

create policy supplements_of_the_acting on supplements to portal_app
    using (exists (select from dossiers where dossiers.id = supplements.dossier_id));
create policy consultations_of_the_acting on consultations to portal_app
    using (from_agency = acting_agency() or to_agency = acting_agency());
create policy obligations_of_the_acting on obligations to portal_app
    using (exists (select from dossiers where dossiers.id = obligations.dossier_id));
create policy dossier_messages_of_the_acting on dossier_messages to portal_app
    using (exists (select from dossiers where dossiers.id = dossier_messages.dossier_id));
create policy dossier_notes_of_the_agency on dossier_notes to portal_app
    using (exists (
        select from dossiers where dossiers.id = dossier_notes.dossier_id and dossiers.agency_code = acting_agency()));
create policy dossier_reads_of_the_acting on dossier_reads to portal_app
    using (exists (select from dossiers where dossiers.id = dossier_reads.dossier_id));
create policy dossier_ratings_of_the_acting on dossier_ratings to portal_app
    using (exists (select from dossiers where dossiers.id = dossier_ratings.dossier_id));
create policy work_filters_of_their_owner on work_filters to portal_app using (account_id = acting_account());
create policy attachments_of_what_is_seen on attachments to portal_app
    using (
        exists (select from supplements where supplements.id = attachments.owner_id)
        or exists (select from dossier_messages where dossier_messages.id = attachments.owner_id));

create policy supplements_for_jobs on supplements to portal_worker using (true);
create policy consultations_for_jobs on consultations to portal_worker using (true);
create policy dossier_ratings_for_jobs on dossier_ratings to portal_worker using (true);

grant select, insert, update on supplements, consultations, obligations, dossier_messages to portal_app;
grant select, insert on dossier_notes, dossier_reads, dossier_ratings to portal_app;
grant select, insert, update, delete on work_filters to portal_app;
grant select on supplements, consultations, dossier_ratings to portal_worker;
