-- What people read of an agency beside its name, the calendar as editors keep it, and how punctual each agency is.

-- Where an agency is and when it is open, in a row of its own: an import of reference data, which owns names and codes,
-- can't reach what publishers wrote, and the program can't touch names and codes by writing this.
create table agency_profiles (
    agency_code text        not null,
    address     text,
    phone       text,
    email       text,
    website     text,
    hours_vi    text,
    hours_en    text,
    places      jsonb       not null,          -- where dossiers are received, in order: name, address, phone, hours
    version     integer     not null,          -- grows with every saved edit: two people can't overwrite each other
    updated_by  uuid        not null,
    updated_at  timestamptz not null,
    constraint agency_profiles_pkey primary key (agency_code),
    constraint agency_profiles_agency foreign key (agency_code) references agencies (code),
    constraint agency_profiles_website check (website like 'https://%'),
    constraint agency_profiles_updated_by foreign key (updated_by) references accounts (id)
);

-- Agencies are found by how words of their name or code begin (each has a blank before it), and followed to what they became.
alter table agencies add column folded text generated always as (vn_fold(' ' || code || ' ' || name)) stored;
create index agencies_similar on agencies using gin (folded gin_trgm_ops);
create index agencies_name on agencies (name);
create index agencies_parent on agencies (parent_code, code);
create index agencies_province on agencies (province_code, kind);

-- A day that was removed stays as a row, or the next import would bring it back; an import leaves alone what was edited.
alter table holidays
    add column edited_here boolean not null default false,
    add column removed     boolean not null default false;

-- How many dossiers an agency finished lately and how many of them by their due day: counted by a job now and then,
-- because no page may count millions of rows.
create table agency_performance (
    agency_code text        not null,
    since       date        not null,
    finished    bigint      not null,
    on_time     bigint      not null,
    computed_at timestamptz not null,
    constraint agency_performance_pkey primary key (agency_code),
    constraint agency_performance_agency foreign key (agency_code) references agencies (code),
    constraint agency_performance_share check (on_time between 0 and finished)
);
-- All that the count reads, so that it never visits the table.
create index dossiers_finished on dossiers (finished_at) include (agency_code, due_at)
    where finished_at is not null and due_at is not null;

-- The newest open dossiers that are due after a day: what a change of the calendar would move.
create index dossiers_open on dossiers (submitted_at desc, due_at) where status not in (3, 7, 10) and finished_at is null;

-- Forms by the kind of agency that receives them.
create index procedure_revisions_receiving on procedure_revisions ((form ->> 'receiving')) where state = 'published';

-- Pages of agencies are kept in memory like those of procedures, and told of in the same way: once a transaction,
-- however many rows it changed.
alter function procedures_tell() rename to catalogue_tell;
create trigger agencies_told after insert or update or delete on agencies
    for each row execute function catalogue_tell();
create trigger agency_profiles_told after insert or update or delete on agency_profiles
    for each row execute function catalogue_tell();
create trigger agency_performance_told after insert or update or delete on agency_performance
    for each row execute function catalogue_tell();

grant select on agency_profiles, agency_performance to portal_app, portal_worker;
grant insert, update on agency_profiles, holidays to portal_app;
grant insert, update, delete on agency_performance to portal_worker;
