-- How agencies' systems prove who they are, what they called, and what of it was refused.

-- A secret that is replaced stays good for a while, so that a system can change to the new one; a system that signs with
-- a key of its own may have none. The number goes up with each, and says which one a page was looking at.
alter table api_clients
    alter column secret_hash drop not null,
    add column secret_number integer not null default 1,
    add column secret_since timestamptz,
    add column older_secret_hash bytea,
    add column older_secret_until timestamptz,
    -- Gets and uses tokens over connections with a client certificate alone (RFC 8705).
    add column requires_certificate boolean not null default false,
    add constraint api_clients_older_secret check ((older_secret_hash is null) = (older_secret_until is null));
update api_clients set secret_since = created_at;

-- Everybody's server has to find who calls; an agency changes its own alone.
alter table api_clients enable row level security;
alter table api_clients force row level security;
create policy api_clients_found on api_clients for select to portal_app using (true);
create policy api_clients_of_the_acting on api_clients for update to portal_app using (agency_code = acting_agency());
create policy api_clients_for_jobs on api_clients to portal_worker using (true);
grant update on api_clients to portal_app;
create index api_clients_agency on api_clients (agency_code, id);

-- Public keys that a system signs its assertions with (RFC 7523). Several at once, while one replaces another.
create table client_keys (
    client_id  text        not null,
    kid        text        not null,           -- its thumbprint (RFC 7638)
    jwk        jsonb       not null,
    added_at   timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    constraint client_keys_pkey primary key (client_id, kid),
    constraint client_keys_client foreign key (client_id) references api_clients (id),
    constraint client_keys_public check (not jwk ?| array['d', 'k', 'p', 'q'])
);
alter table client_keys enable row level security;
alter table client_keys force row level security;
create policy client_keys_found on client_keys for select to portal_app using (true);
create policy client_keys_added on client_keys for insert to portal_app with check (
    exists (select from api_clients where id = client_id and agency_code = acting_agency()));
create policy client_keys_revoked on client_keys for update to portal_app using (
    exists (select from api_clients where id = client_id and agency_code = acting_agency()));
create policy client_keys_for_jobs on client_keys to portal_worker using (true);
grant select, insert, update on client_keys to portal_app;
grant select on client_keys to portal_worker;

-- Assertions that were used, each once, until they would be too old anyway.
create table client_assertions (
    client_id  text        not null,
    jti_hash   bytea       not null,           -- SHA-256 of the assertion's own identifier
    expires_at timestamptz not null,
    constraint client_assertions_pkey primary key (client_id, jti_hash),
    constraint client_assertions_client foreign key (client_id) references api_clients (id)
);
create index client_assertions_age on client_assertions (expires_at);
grant select, insert on client_assertions to portal_app;
grant select, delete on client_assertions to portal_worker;

-- SHA-256 of the certificate over whose connection a token was issued: it is good over no other.
alter table access_tokens add column certificate_sha256 bytea;

-- What systems called and what they were answered, kept for some days: appended in batches, removed by age. No primary
-- key, so that it can be partitioned by time.
create table client_calls (
    at          timestamptz not null,
    agency_code text        not null,
    client_id   text        not null,
    request_id  text        not null,
    method      text        not null,
    route       text        not null,          -- the pattern: nothing of what stood in the address
    status      smallint    not null,
    problem     text                           -- the kind of failure, if it was one
);
create index client_calls_of_client on client_calls (client_id, at);
create index client_calls_age on client_calls using brin (at);
alter table client_calls enable row level security;
alter table client_calls force row level security;
create policy client_calls_of_the_acting on client_calls to portal_app using (agency_code = acting_agency());
create policy client_calls_for_jobs on client_calls to portal_worker using (true);
grant select on client_calls to portal_app;
grant select, insert, delete on client_calls to portal_worker;

-- Reports that a rule refused, as they came. The same one again is counted, not kept twice.
create table refused_reports (
    id             uuid        not null,
    agency_code    text        not null,
    actor          text        not null,
    dossier_code   text,                       -- as it was addressed; there may be no such dossier
    event_id       text,
    message        bytea       not null,
    message_sha256 bytea       not null,
    problem        text        not null,
    fields         jsonb       not null,       -- what was wrong with which member
    times          integer     not null,
    refused_at     timestamptz not null,       -- the last time
    -- What became of it when it was played again, and who did that.
    outcome        text,
    settled_at     timestamptz,
    settled_by     text,
    constraint refused_reports_pkey primary key (id),
    constraint refused_reports_times check (times > 0),
    constraint refused_reports_outcome check (outcome in ('applied', 'parked', 'kept')),
    constraint refused_reports_settled check (
        (outcome is null) = (settled_at is null) and (outcome is null) = (settled_by is null))
);
create unique index refused_reports_once on refused_reports (agency_code, actor, message_sha256, coalesce(dossier_code, ''))
    where outcome is null;
create index refused_reports_open on refused_reports (agency_code, refused_at) where outcome is null;
create index refused_reports_age on refused_reports (refused_at);
alter table refused_reports enable row level security;
alter table refused_reports force row level security;
create policy refused_reports_of_the_acting on refused_reports to portal_app using (agency_code = acting_agency());
create policy refused_reports_for_jobs on refused_reports to portal_worker using (true);
grant select, insert, update on refused_reports to portal_app;
grant select, delete on refused_reports to portal_worker;

-- How long after they happened an agency's events are reported.
create index dossier_events_reported on dossier_events (agency_code, recorded_at) include (occurred_at)
    where event_id is not null;

-- An agency that exists for systems to practise with: its dossiers count nowhere, and nobody finds it to file there.
alter table agencies add column is_sandbox boolean not null default false;
