-- Roles, text folding, and the journal that every later change writes into.
--
-- Three roles, none of which can log in by itself:
--   portal_app     serves requests: sees rows only through row-level security, can't do DDL, can't rewrite the journal.
--   portal_worker  background jobs and verification: sees every row, still can't rewrite the journal.
-- The login role named in DATABASE_URL is a member of both and takes one of them at connect.
do $$
begin
    if not exists (select from pg_roles where rolname = 'portal_app') then
        create role portal_app nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'portal_worker') then
        create role portal_worker nologin;
    end if;
    execute format('grant portal_app, portal_worker to %I', current_user);
exception when duplicate_object or unique_violation then
    -- Two databases of one cluster migrated at the same moment: roles belong to the cluster, and the other was first.
    null;
end
$$;

grant usage on schema public to portal_app, portal_worker;

create extension if not exists unaccent;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;

-- Folds Vietnamese for search: accents off, đ to d, lower case, y to i ("kỹ" and "kĩ" are one word).
-- unaccent() itself is only stable, because its dictionary could be swapped; ours is named, so the result is fixed.
create function vn_fold(input text) returns text
    language sql immutable parallel safe strict
    return translate(lower(public.unaccent('public.unaccent'::regdictionary, normalize(input, NFC))), 'y', 'i');

-- A fact that happened, written in the transaction that made it happen. Never updated, never deleted.
create table journal_entries (
    id          uuid        not null,
    kind        text        not null,
    subject     text        not null,
    agency_code text,
    actor       text        not null,
    recorded_at timestamptz not null,
    content     jsonb       not null,
    digest      bytea       not null,
    constraint journal_entries_pkey primary key (id),
    constraint journal_entries_digest_length check (octet_length(digest) = 32)
);
create index journal_entries_subject on journal_entries (subject, recorded_at);

-- Entries that are committed and not yet numbered. The identity column orders entries of one subject rightly,
-- because their writers hold the subject's row lock until commit.
create table journal_queue (
    id       bigint generated always as identity,
    entry_id uuid not null,
    constraint journal_queue_pkey primary key (id),
    constraint journal_queue_entry foreign key (entry_id) references journal_entries (id)
);

-- One gap-free order over all entries, given by a single sequencer after commit: numbering inside the writers' own
-- transactions would make them queue for one counter until their fsync is done, or leave gaps.
-- hash = SHA-256(previous hash || digest of the entry).
create table journal_chain (
    position bigint not null,
    entry_id uuid   not null,
    hash     bytea  not null,
    constraint journal_chain_pkey primary key (position),
    constraint journal_chain_entry_once unique (entry_id),
    constraint journal_chain_entry foreign key (entry_id) references journal_entries (id),
    constraint journal_chain_position_positive check (position > 0),
    constraint journal_chain_hash_length check (octet_length(hash) = 32)
);

-- Work to be done outside the database once a change is committed: messages to people.
create table outbox (
    id           bigint generated always as identity,
    topic        text        not null,
    payload      jsonb       not null,
    created_at   timestamptz not null,
    due_at       timestamptz not null,
    attempts     integer     not null default 0,
    delivered_at timestamptz,
    constraint outbox_pkey primary key (id)
);
create index outbox_due on outbox (due_at, id) where delivered_at is null;

-- The first answer to a write, repeated to whoever sends the same key and body again.
create table idempotency_keys (
    scope       text        not null,
    key         text        not null,
    fingerprint bytea       not null,
    status      integer     not null,
    body        bytea       not null,
    created_at  timestamptz not null,
    constraint idempotency_keys_pkey primary key (scope, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

grant select, insert on journal_entries, journal_queue to portal_app, portal_worker;
grant select on journal_chain to portal_app;
grant select, insert on journal_chain to portal_worker;
grant delete on journal_queue to portal_worker;
grant insert on outbox to portal_app, portal_worker;
grant select, update, delete on outbox to portal_worker;
grant select, insert on idempotency_keys to portal_app, portal_worker;
grant delete on idempotency_keys to portal_worker;
