-- Files that agencies' systems send for results and supplements, named by their digest.

-- Which files each agency's systems sent: only these may they name, or a digest that somebody learned would open the file.
create table agency_files (
    agency_code text        not null,
    sha256      bytea       not null,
    sent_at     timestamptz not null,
    constraint agency_files_pkey primary key (agency_code, sha256),
    constraint agency_files_file foreign key (sha256) references files (sha256)
);

-- The files of a reported event, by the agency's identifier of it: a report that waits for its predecessor has no event yet.
create table event_files (
    id          uuid        not null,
    dossier_id  uuid        not null,
    agency_code text        not null,
    event_id    text        not null,
    place       smallint    not null,
    sha256      bytea       not null,
    name        text        not null,
    added_at    timestamptz not null,
    constraint event_files_pkey primary key (id),
    constraint event_files_dossier foreign key (dossier_id) references dossiers (id),
    constraint event_files_file foreign key (sha256) references files (sha256),
    constraint event_files_place check (place >= 0)
);
create index event_files_of_dossier on event_files (dossier_id, event_id, place);

alter table agency_files enable row level security;
alter table agency_files force row level security;
create policy agency_files_of_the_acting on agency_files to portal_app using (agency_code = acting_agency());
alter table event_files enable row level security;
alter table event_files force row level security;
create policy event_files_of_the_acting on event_files to portal_app
    using (exists (select from dossiers where dossiers.id = event_files.dossier_id));

grant select, insert on agency_files, event_files to portal_app;
