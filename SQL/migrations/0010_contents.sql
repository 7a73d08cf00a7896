-- What the portal says beside the catalogue: life events, common questions, notices on every page, the services of the home
-- page. Kept as data, so that national editors change it without a release.

create table contents (
    kind         text        not null,
    id           text        not null,            -- part of the page's address: never changes
    position     integer     not null,            -- within its kind, the first first
    body         jsonb       not null,            -- the answers to the kind's questions in Templates/desk/contents.json
    version      integer     not null default 1,  -- grows with every saved edit: two people can't overwrite each other
    updated_by   uuid,                            -- null: as in SQL/seed/contents.json, and kept in step with it
    updated_at   timestamptz not null,
    withdrawn_at timestamptz,                     -- no longer shown; its id stays taken, so that an address never changes its meaning
    constraint contents_pkey primary key (kind, id),
    constraint contents_kind check (kind in ('life_event', 'question', 'banner', 'featured')),
    constraint contents_id check (id ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(id) <= 80),
    constraint contents_updated_by foreign key (updated_by) references accounts (id)
);

-- Every process keeps them in memory, with the pages made of them: told once a change is committed (0007).
create trigger contents_changed after insert or update or delete on contents
    for each statement execute function procedures_tell();

grant select, insert, update on contents to portal_app;
grant select on contents to portal_worker;
