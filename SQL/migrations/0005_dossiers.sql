-- Drafts, dossiers, what was answered, what was attached, and everything that happened to them.
-- Row-level security is the second wall behind each query's own condition: the application role sees a row only when
-- the transaction has said for whom it acts (portal.account or portal.agency), and FORCE holds the owner to it too.

create table files (
    sha256     bytea       not null,
    size       bigint      not null,
    media_type text        not null,
    stored_at  timestamptz not null,
    constraint files_pkey primary key (sha256),
    constraint files_digest_length check (octet_length(sha256) = 32),
    constraint files_size_positive check (size > 0)
);

create table drafts (
    id             uuid        not null,
    account_id     uuid        not null,
    procedure_code text        not null,
    revision_id    uuid        not null,
    agency_code    text        not null,
    answers        jsonb       not null,
    saved_sections text[]      not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint drafts_pkey primary key (id),
    constraint drafts_account foreign key (account_id) references accounts (id),
    constraint drafts_revision foreign key (revision_id) references procedure_revisions (id),
    constraint drafts_agency foreign key (agency_code) references agencies (code)
);
create index drafts_account on drafts (account_id, updated_at desc);

-- One row shape for dossiers filed here and, later, for those synchronised from agencies: fourteen million must fit,
-- so answers live beside it.
create table dossiers (
    id              uuid        not null,
    code            text        not null,
    procedure_code  text        not null,
    revision_id     uuid        not null,
    agency_code     text        not null,
    account_id      uuid,
    applicant_name  text        not null,
    tracking_digits text        not null,       -- last four of the applicant's personal number or tax code
    status          smallint    not null,
    origin          text        not null,
    submitted_at    timestamptz not null,
    received_at     timestamptz,                -- accepted as complete by the agency (status 2)
    due_at          timestamptz,
    finished_at     timestamptz,
    version         integer     not null,
    constraint dossiers_pkey primary key (id),
    constraint dossiers_code_once unique (code),
    constraint dossiers_status check (status between 1 and 10),
    constraint dossiers_origin check (origin in ('portal', 'agency')),
    constraint dossiers_agency foreign key (agency_code) references agencies (code),
    constraint dossiers_revision foreign key (revision_id) references procedure_revisions (id),
    constraint dossiers_account foreign key (account_id) references accounts (id)
);
create index dossiers_agency_time on dossiers (agency_code, submitted_at desc, id desc);
create index dossiers_agency_status_time on dossiers (agency_code, status, submitted_at desc, id desc);
create index dossiers_account_time on dossiers (account_id, submitted_at desc, id desc);

create table dossier_answers (
    dossier_id uuid  not null,
    answers    jsonb not null,
    deadline   jsonb,                           -- how the due date was worked out, step by step
    constraint dossier_answers_pkey primary key (dossier_id),
    constraint dossier_answers_dossier foreign key (dossier_id) references dossiers (id)
);

create table dossier_events (
    dossier_id      uuid        not null,
    sequence        integer     not null,
    status          smallint    not null,
    previous_status smallint,
    occurred_at     timestamptz not null,
    recorded_at     timestamptz not null,
    agency_code     text,                       -- null: done by the applicant
    event_id        text,                       -- the agency system's own identifier
    officer_name    text,
    officer_title   text,
    note            text,
    message         bytea,                      -- the raw inbound message, and its hash, as received
    message_sha256  bytea,
    entry_id        uuid        not null,
    constraint dossier_events_pkey primary key (dossier_id, sequence),
    constraint dossier_events_event_once unique (agency_code, event_id),
    constraint dossier_events_dossier foreign key (dossier_id) references dossiers (id),
    constraint dossier_events_entry foreign key (entry_id) references journal_entries (id)
);

-- A file on a draft or on the dossier it became: both bear the same identifier.
create table attachments (
    id         uuid        not null,
    owner_id   uuid        not null,
    field_id   text        not null,
    sha256     bytea       not null,
    name       text        not null,
    added_at   timestamptz not null,
    constraint attachments_pkey primary key (id),
    constraint attachments_file foreign key (sha256) references files (sha256)
);
create index attachments_owner on attachments (owner_id, added_at, id);
create index attachments_file on attachments (sha256);

-- The running number in a dossier's code, per agency and day of submission. Gaps are allowed, repeats are not.
create table dossier_numbers (
    agency_code text    not null,
    day         date    not null,
    last        integer not null,
    constraint dossier_numbers_pkey primary key (agency_code, day)
);

alter table drafts enable row level security;
alter table drafts force row level security;
alter table dossiers enable row level security;
alter table dossiers force row level security;
alter table dossier_answers enable row level security;
alter table dossier_answers force row level security;
alter table dossier_events enable row level security;
alter table dossier_events force row level security;
alter table attachments enable row level security;
alter table attachments force row level security;

create function acting_account() returns uuid language sql stable parallel safe
    return nullif(current_setting('portal.account', true), '')::uuid;
create function acting_agency() returns text language sql stable parallel safe
    return nullif(current_setting('portal.agency', true), '');

create policy drafts_of_their_owner on drafts to portal_app
    using (account_id = acting_account());
create policy dossiers_of_the_acting on dossiers to portal_app
    using (agency_code = acting_agency() or account_id = acting_account());
create policy dossier_answers_of_the_acting on dossier_answers to portal_app
    using (exists (select from dossiers where dossiers.id = dossier_answers.dossier_id));
create policy dossier_events_of_the_acting on dossier_events to portal_app
    using (exists (select from dossiers where dossiers.id = dossier_events.dossier_id));
create policy attachments_of_the_acting on attachments to portal_app
    using (
        exists (select from dossiers where dossiers.id = attachments.owner_id)
        or exists (select from drafts where drafts.id = attachments.owner_id)
    );

create policy drafts_for_jobs on drafts to portal_worker using (true);
create policy dossiers_for_jobs on dossiers to portal_worker using (true);
create policy dossier_answers_for_jobs on dossier_answers to portal_worker using (true);
create policy dossier_events_for_jobs on dossier_events to portal_worker using (true);
create policy attachments_for_jobs on attachments to portal_worker using (true);

-- What anyone may learn with a code and four digits (TT 01/2018/TT-VPCP Đ.16): the step and the due date, no more.
create function track_dossier(wanted_code text, digits text)
    returns table (status smallint, due_at timestamptz)
    language sql stable security definer set search_path = public, pg_temp as $$
    select d.status, d.due_at from dossiers d where d.code = wanted_code and d.tracking_digits = digits
$$;
grant create on schema public to portal_worker;
alter function track_dossier(text, text) owner to portal_worker;
revoke create on schema public from portal_worker;
revoke execute on function track_dossier(text, text) from public;
grant execute on function track_dossier(text, text) to portal_app;

grant select, insert on files to portal_app, portal_worker;
grant delete on files to portal_worker;
grant select, insert, update, delete on drafts to portal_app, portal_worker;
grant select, insert, update on dossiers to portal_app;
grant select, insert, update on dossier_answers to portal_app;
grant select, insert on dossier_events to portal_app;
grant select, insert, delete on attachments to portal_app, portal_worker;
grant select, insert, update on dossier_numbers to portal_app, portal_worker;
grant select on dossiers, dossier_answers, dossier_events to portal_worker;
