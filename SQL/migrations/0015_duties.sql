-- Who may do what in an agency: its units, the duties of its officers, and the second factor without which no member of staff
-- gets in.

-- An agency's own divisions. A closed one stays, for what was done in it.
create table agency_units (
    id          uuid        not null,
    agency_code text        not null,
    name        text        not null,
    parent_id   uuid,
    closed_at   timestamptz,
    constraint agency_units_pkey primary key (id),
    constraint agency_units_agency_once unique (agency_code, id),
    constraint agency_units_agency foreign key (agency_code) references agencies (code),
    constraint agency_units_parent foreign key (agency_code, parent_id) references agency_units (agency_code, id),
    constraint agency_units_not_its_own_parent check (parent_id <> id)
);
create unique index agency_units_name on agency_units (agency_code, name) where closed_at is null;

-- One row an officer: their unit, none for the whole agency, and their duties. The keys hold that account, unit and duties are
-- of one agency.
alter table accounts add constraint accounts_agency_once unique (id, agency_code);
create table staff_duties (
    account_id  uuid        not null,
    agency_code text        not null,
    unit_id     uuid,
    duties      text[]      not null,
    version     integer     not null default 1,      -- whoever changes what somebody changed meanwhile is told
    constraint staff_duties_pkey primary key (account_id),
    constraint staff_duties_account foreign key (account_id, agency_code) references accounts (id, agency_code),
    constraint staff_duties_unit foreign key (agency_code, unit_id) references agency_units (agency_code, id),
    constraint staff_duties_known check (duties <@ array['receive', 'process', 'decide', 'supervise', 'read']),
    constraint staff_duties_some check (cardinality(duties) > 0)
);
create index staff_duties_agency on staff_duties (agency_code, account_id);

-- Until now every officer could do everything.
insert into staff_duties (account_id, agency_code, duties)
select id, agency_code, array['receive', 'process', 'decide', 'supervise', 'read'] from accounts where kind = 'officer';

update dossiers set unit_id = null where unit_id is not null;
alter table dossiers add constraint dossiers_unit
    foreign key (agency_code, unit_id) references agency_units (agency_code, id);

-- A session of staff is half open after the password, until the code.
alter table sessions add column half_open boolean not null default false;

-- Time-based codes (RFC 6238). The secret is sealed with a key that isn't in the database (AES-256-GCM).
create table second_factors (
    account_id  uuid        not null,
    secret      bytea       not null,
    last_step   bigint      not null,                -- of the newest code that was used: no code is good twice
    enrolled_at timestamptz not null,
    constraint second_factors_pkey primary key (account_id),
    constraint second_factors_account foreign key (account_id) references accounts (id)
);
create table recovery_codes (
    account_id uuid  not null,
    code_hash  bytea not null,                       -- HMAC-SHA-256 with the same key
    used_at    timestamptz,
    constraint recovery_codes_pkey primary key (account_id, code_hash),
    constraint recovery_codes_account foreign key (account_id) references accounts (id)
);

alter table staff_duties enable row level security;
alter table staff_duties force row level security;
alter table second_factors enable row level security;
alter table second_factors force row level security;
alter table recovery_codes enable row level security;
alter table recovery_codes force row level security;

-- A session finds its duties before it is known for whom it acts; who changes them acts for the agency.
create policy staff_duties_are_seen on staff_duties for select to portal_app using (true);
create policy staff_duties_of_the_agency on staff_duties to portal_app using (agency_code = acting_agency());
create policy second_factors_of_their_owner on second_factors to portal_app using (account_id = acting_account());
create policy second_factors_of_the_agency on second_factors to portal_app
    using (exists (select from accounts a where a.id = second_factors.account_id and a.agency_code = acting_agency()));
create policy recovery_codes_of_their_owner on recovery_codes to portal_app using (account_id = acting_account());
create policy recovery_codes_of_the_agency on recovery_codes to portal_app
    using (exists (select from accounts a where a.id = recovery_codes.account_id and a.agency_code = acting_agency()));
create policy staff_duties_for_jobs on staff_duties for select to portal_worker using (true);

grant select, insert, update on agency_units to portal_app;
grant select, insert, update, delete on staff_duties, second_factors, recovery_codes to portal_app;
grant select on agency_units, staff_duties to portal_worker;
