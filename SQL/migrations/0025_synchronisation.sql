-- Dossiers that were filed with an agency's own system and are kept in step here.

-- What the agency's system says of a dossier beside where it stands: filed dossiers have answers instead.
create table dossier_sources (
    dossier_id       uuid        not null,
    agency_code      text        not null,
    applicant_kind   text        not null,
    -- As it was given; links the dossier to an account of that number.
    applicant_number text,
    channel          text        not null,
    -- Of the last statement: one that says the same changes nothing.
    statement_sha256 bytea       not null,
    stated_at        timestamptz not null,
    constraint dossier_sources_pkey primary key (dossier_id),
    constraint dossier_sources_dossier foreign key (dossier_id) references dossiers (id),
    constraint dossier_sources_kind check (applicant_kind in ('citizen', 'business', 'household', 'agency', 'organisation')),
    constraint dossier_sources_channel check (channel in ('counter', 'online', 'post')),
    constraint dossier_sources_statement check (octet_length(statement_sha256) = 32)
);
-- Whose dossiers wait for an account of their number.
create index dossier_sources_number on dossier_sources (applicant_number);

-- Most procedures of the national list have no revision here, and their dossiers come all the same.
alter table dossiers alter column revision_id drop not null;
alter table dossiers add constraint dossiers_revision_unless_elsewhere check (origin = 'agency' or revision_id is not null);

-- What speaks against an event being true; null for nothing.
alter table dossier_events add column flags text[];
alter table dossier_events add constraint dossier_events_flags check (flags is null or cardinality(flags) > 0);

-- How often an agency's events were flagged, by the day on which they came: kept with the events.
create table agency_flags (
    agency_code text    not null,
    day         date    not null,
    flag        text    not null,
    count       integer not null,
    constraint agency_flags_pkey primary key (agency_code, day, flag),
    constraint agency_flags_count check (count > 0)
);

-- What agencies' systems said their days look like, and how ours looked then.
create table day_comparisons (
    agency_code  text        not null,
    day          date        not null,
    their_count  integer     not null,
    their_sha256 bytea       not null,
    our_count    integer     not null,
    our_sha256   bytea       not null,
    compared_at  timestamptz not null,
    constraint day_comparisons_pkey primary key (agency_code, day),
    constraint day_comparisons_digests check (octet_length(their_sha256) = 32 and octet_length(our_sha256) = 32)
);

alter table dossier_sources enable row level security;
alter table dossier_sources force row level security;
create policy dossier_sources_of_the_acting on dossier_sources to portal_app using (agency_code = acting_agency());
create policy dossier_sources_for_jobs on dossier_sources to portal_worker using (true);
alter table agency_flags enable row level security;
alter table agency_flags force row level security;
-- Anyone may see how an agency's figures are flagged; only itself adds to it.
create policy agency_flags_for_all on agency_flags for select to portal_app using (true);
create policy agency_flags_of_the_acting on agency_flags to portal_app using (agency_code = acting_agency());
alter table day_comparisons enable row level security;
alter table day_comparisons force row level security;
create policy day_comparisons_of_the_acting on day_comparisons to portal_app using (agency_code = acting_agency());
create policy day_comparisons_for_jobs on day_comparisons to portal_worker using (true);

grant select, insert, update on dossier_sources, agency_flags, day_comparisons to portal_app;
grant select on dossier_sources, day_comparisons to portal_worker;
