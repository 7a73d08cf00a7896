-- What `portal bench scale` keeps beside the tables, so that a load can be gone on with. Indexes wait until all is loaded, but
-- for those that hold a key.
create schema if not exists scale;
create table if not exists scale.batches (number integer primary key, loaded_at timestamptz not null default now());
create table if not exists scale.agencies as
    select row_number() over (order by code) - 1 as number, code from agencies where valid_to is null;
create table if not exists scale.indexes as
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid = 'dossiers'::regclass
        and not exists (select from pg_constraint where conindid = indexrelid);
select format('drop index if exists %s', name) from scale.indexes \gexec
