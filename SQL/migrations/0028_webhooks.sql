-- Where agencies' systems are told what happens to their dossiers: each webhook is a cursor over `agency_events`.
create table webhooks (
    id            uuid        not null,
    agency_code   text        not null,
    name          text        not null,
    url           text        not null,
    -- active: events are sent; failing: they are, and the last attempt failed; disabled: they aren't.
    state         text        not null,
    -- Why it is disabled: unproven, off, gone, silent, too-old.
    reason        text,
    -- Secrets are made from the portal's key and this number, and stand nowhere.
    secret_number integer     not null,
    -- Until when the secret before signs, too.
    former_until  timestamptz,
    -- Up to where its events were taken.
    position      bigint      not null,
    -- What is under way: sent again unchanged and under the same id until it is taken.
    batch_id      uuid,
    batch_end     bigint,
    -- Who sends it just now; nobody when null. Whoever died meanwhile is forgotten at next_at.
    attempt_id    uuid,
    failures      integer     not null,
    failing_since timestamptz,
    next_at       timestamptz not null,
    -- The last ten answers, the newest first: when, what, to how many events.
    answers       text[]      not null,
    created_at    timestamptz not null,
    constraint webhooks_pkey primary key (id),
    constraint webhooks_agency foreign key (agency_code) references agencies (code),
    constraint webhooks_state check (state in ('active', 'failing', 'disabled')),
    constraint webhooks_reason check ((reason is null) = (state <> 'disabled')),
    constraint webhooks_batch check ((batch_id is null) = (batch_end is null)),
    constraint webhooks_failing check ((failing_since is null) = (failures = 0))
);
create index webhooks_agency on webhooks (agency_code, id);
create index webhooks_next on webhooks (next_at) where state <> 'disabled';

alter table webhooks enable row level security;
alter table webhooks force row level security;
create policy webhooks_of_the_acting on webhooks to portal_app using (agency_code = acting_agency());
create policy webhooks_for_jobs on webhooks to portal_worker using (true);

grant select, insert, update, delete on webhooks to portal_app;
grant select, update on webhooks to portal_worker;

-- Up to which position agencies' events were removed because they are old. One row.
create table feed_floor (
    only_row boolean not null default true,
    position bigint  not null,
    constraint feed_floor_pkey primary key (only_row),
    constraint feed_floor_only check (only_row)
);
insert into feed_floor (position) values (0);

grant select on feed_floor to portal_app;
grant select, update on feed_floor to portal_worker;
grant delete on agency_events to portal_worker;
