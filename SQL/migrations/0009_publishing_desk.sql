-- What the publishers' list of procedures shows at a glance, and the filters that each of them keeps.

-- Counted as a revision is written: the list says how complete each procedure is without reading what they say.
alter table procedure_revisions
    add column missing   smallint,     -- how many of the mandatory parts (NĐ 63/2010/NĐ-CP Đ.8.2); null = not counted yet
    add column unsettled smallint;     -- contradictions that nobody has settled or explained

create table desk_filters (
    account_id uuid        not null,
    name       text        not null,
    state      text        not null,
    query      text        not null,
    saved_at   timestamptz not null,
    constraint desk_filters_pkey primary key (account_id, name),
    constraint desk_filters_account foreign key (account_id) references accounts (id)
);
alter table desk_filters enable row level security;
alter table desk_filters force row level security;
create policy desk_filters_of_their_owner on desk_filters to portal_app using (account_id = acting_account());
grant select, insert, update, delete on desk_filters to portal_app;
