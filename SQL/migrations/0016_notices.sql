-- What people are told, how it leaves the portal, and how they want to be told.

alter table accounts
    add column language       text    not null default 'vi',    -- in which messages are written
    add column notify_email   boolean not null default true,
    add column notify_sms     boolean not null default false,
    add column unread_notices integer not null default 0,       -- kept by the triggers below: read with the session
    add constraint accounts_language check (language in ('vi', 'en')),
    add constraint accounts_unread check (unread_notices >= 0);

-- One row for each thing that somebody is told, as it stands in the portal. Without words: those are made of topic and
-- payload in the reader's language, whenever it is read or sent.
create table notices (
    id           uuid        not null,
    account_id   uuid        not null,
    topic        text        not null,
    payload      jsonb       not null,
    path         text,                       -- the page of the portal that it is about
    dossier_code text,
    agency_code  text,                       -- whose dossier it is about: that agency sees how it was delivered
    created_at   timestamptz not null,
    read_at      timestamptz,
    constraint notices_pkey primary key (id),
    constraint notices_account foreign key (account_id) references accounts (id),
    constraint notices_path check (path ~ '^/([^/\s\\][^\s\\]*)?$')
);
create index notices_account_time on notices (account_id, created_at desc, id desc);
create index notices_account_unread on notices (account_id, id) where read_at is null;
create index notices_age on notices (created_at);

-- One row for each notice and channel outside of the portal. The id goes along with the message, so that whoever gets
-- it twice can tell. No address and no word of the message: both are taken where they belong when it is sent.
create table deliveries (
    id           uuid        not null,
    notice_id    uuid        not null,
    channel      text        not null,
    agency_code  text,
    dossier_code text,
    state        text        not null,
    recipient    text        not null,       -- masked: enough to recognise, not enough to use
    attempts     integer     not null default 0,
    created_at   timestamptz not null,
    queued_at    timestamptz not null,       -- since when it is being tried: a day later it is given up
    next_at      timestamptz,
    changed_at   timestamptz not null,
    reason       text,                       -- a code such as smtp-550 or timeout, never what the other side said
    provider_id  text,
    constraint deliveries_pkey primary key (id),
    constraint deliveries_once unique (notice_id, channel),
    constraint deliveries_channel check (channel in ('email', 'sms')),
    constraint deliveries_state check (state in ('queued', 'sent', 'delivered', 'bounced', 'failed', 'given_up')),
    constraint deliveries_next check ((state = 'queued') = (next_at is not null)),
    constraint deliveries_notice foreign key (notice_id) references notices (id) on delete cascade
);
create index deliveries_due on deliveries (channel, next_at, id) where state = 'queued';
create index deliveries_agency_time on deliveries (agency_code, created_at desc, id desc) where agency_code is not null;
create index deliveries_agency_state_time on deliveries (agency_code, state, created_at desc, id desc)
    where agency_code is not null;

-- An officer's digest of a day, once however many workers there are and however often they start.
create table digests (
    account_id uuid        not null,
    day        date        not null,
    made_at    timestamptz not null,
    constraint digests_pkey primary key (account_id, day),
    constraint digests_account foreign key (account_id) references accounts (id)
);
create index accounts_officers on accounts (id) where kind = 'officer' and disabled_at is null;
create index outbox_delivered on outbox (delivered_at) where delivered_at is not null;

-- The number in the header costs no question of its own: it stands with the account. As the owner, since neither role
-- that tells or reads may write other people's accounts.
create function notices_count_unread() returns trigger
    language plpgsql security definer set search_path to 'public', 'pg_temp' as $$
begin
    if tg_op = 'INSERT' then
        update accounts set unread_notices = unread_notices + counted.unread
        from (select account_id, count(*) as unread from added where read_at is null group by account_id) as counted
        where accounts.id = counted.account_id;
    elsif tg_op = 'UPDATE' then
        update accounts set unread_notices = greatest(0, unread_notices - counted.read)
        from (
            select removed.account_id, count(*) as read
            from removed join added on added.id = removed.id
            where removed.read_at is null and added.read_at is not null
            group by removed.account_id
        ) as counted
        where accounts.id = counted.account_id;
    else
        update accounts set unread_notices = greatest(0, unread_notices - counted.unread)
        from (select account_id, count(*) as unread from removed where read_at is null group by account_id) as counted
        where accounts.id = counted.account_id;
    end if;
    return null;
end
$$;
revoke all on function notices_count_unread() from public;
create trigger notices_added after insert on notices
    referencing new table as added for each statement execute function notices_count_unread();
create trigger notices_read after update on notices
    referencing old table as removed new table as added for each statement execute function notices_count_unread();
create trigger notices_removed after delete on notices
    referencing old table as removed for each statement execute function notices_count_unread();

alter table notices enable row level security;
alter table notices force row level security;
alter table deliveries enable row level security;
alter table deliveries force row level security;
create policy notices_of_their_reader on notices to portal_app using (account_id = acting_account());
create policy notices_for_jobs on notices to portal_worker using (true);
create policy deliveries_of_the_agency on deliveries to portal_app using (agency_code = acting_agency());
create policy deliveries_for_jobs on deliveries to portal_worker using (true);

grant select on notices to portal_app;
grant update (read_at) on notices to portal_app;
grant select, insert, delete on notices to portal_worker;
grant select on deliveries to portal_app;
grant update (state, attempts, queued_at, next_at, changed_at, reason) on deliveries to portal_app;
grant select, insert, update, delete on deliveries to portal_worker;
grant select, insert, delete on digests to portal_worker;
