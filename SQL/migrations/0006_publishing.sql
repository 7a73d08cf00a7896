-- Revisions as publishers work on them: one person writes and submits, a second one publishes, now or on a day to come.

alter table procedure_revisions
    drop constraint procedure_revisions_state,
    drop constraint procedure_revisions_published,
    -- A procedure stands in the national list from its first publication on; its first draft comes before that.
    drop constraint procedure_revisions_procedure,
    add column version      integer not null default 1,    -- grows with every saved edit: two people can't overwrite each other
    add column based_on     uuid,                           -- the revision it began as a copy of
    add column written_by   uuid,
    add column submitted_by uuid,
    add column submitted_at timestamptz,
    add column published_by uuid,
    add column publish_at   timestamptz,                    -- when a scheduled revision is to be published
    add column summary      text,                           -- what changes and why, in the author's words
    add constraint procedure_revisions_state
        check (state in ('draft', 'submitted', 'scheduled', 'published', 'retired')),
    add constraint procedure_revisions_published check ((state in ('published', 'retired')) = (published_at is not null)),
    add constraint procedure_revisions_scheduled check (state <> 'scheduled' or publish_at is not null),
    add constraint procedure_revisions_submitted check (state = 'draft' or origin = 'seed' or submitted_by is not null),
    add constraint procedure_revisions_two_people
        check (published_by is null or (published_by <> submitted_by and published_by <> written_by)),
    add constraint procedure_revisions_based_on foreign key (based_on) references procedure_revisions (id),
    add constraint procedure_revisions_written_by foreign key (written_by) references accounts (id),
    add constraint procedure_revisions_submitted_by foreign key (submitted_by) references accounts (id),
    add constraint procedure_revisions_published_by foreign key (published_by) references accounts (id);

-- One piece of work at a time for a procedure.
create unique index procedure_revisions_one_open on procedure_revisions (procedure_code)
    where state in ('draft', 'submitted', 'scheduled');
create index procedure_revisions_due on procedure_revisions (publish_at) where state = 'scheduled';

-- What was submitted is what the second person sees and publishes; what was published is what dossiers were filed under.
create or replace function procedure_revisions_refuse_edit() returns trigger
    language plpgsql as $$
begin
    if old.state <> 'draft' and (new.facts, new.form, new.number, new.procedure_code)
        is distinct from (old.facts, old.form, old.number, old.procedure_code) then
        raise exception 'a revision is only edited as a draft' using errcode = 'check_violation';
    end if;
    if old.state in ('published', 'retired') and new.published_at is distinct from old.published_at then
        raise exception 'a published revision is never edited: publish a new one' using errcode = 'check_violation';
    end if;
    if old.state = 'retired' and new.state <> 'retired' or old.state = 'published' and new.state not in ('published', 'retired') then
        raise exception 'a published revision never becomes unpublished' using errcode = 'check_violation';
    end if;
    return new;
end
$$;

create function procedure_revisions_refuse_delete() returns trigger
    language plpgsql as $$
begin
    if old.state <> 'draft' then
        raise exception 'only a draft can be discarded' using errcode = 'check_violation';
    end if;
    return old;
end
$$;
create trigger procedure_revisions_kept before delete on procedure_revisions
    for each row execute function procedure_revisions_refuse_delete();

alter table procedures
    add column edited_here      boolean not null default false,  -- published from here: the national list no longer overwrites it
    add column retired_at       timestamptz,
    add column retired_reason   text,
    add column replacement_code text,
    add constraint procedures_retired check ((retired_at is null) = (retired_reason is null)),
    add constraint procedures_replacement foreign key (replacement_code) references procedures (code);

-- Publishers belong to an agency and work on its procedures; national editors on all.
alter table accounts add column national boolean not null default false;

-- Drafts follow the published form; what that changed for their owner is told on the draft itself.
alter table drafts add column carried jsonb;
create index drafts_procedure on drafts (procedure_code, revision_id);
create index dossiers_running on dossiers (procedure_code, revision_id) where status not in (3, 7, 10);

-- Publications whose drafts are still to be carried over.
create table publications (
    procedure_code text        not null,
    revision_id    uuid        not null,
    published_at   timestamptz not null,
    constraint publications_pkey primary key (procedure_code),
    constraint publications_revision foreign key (revision_id) references procedure_revisions (id)
);

-- How many drafts and running dossiers hang on each revision: numbers only, past the walls of row-level security.
create function revision_usage(wanted text)
    returns table (revision_id uuid, drafts bigint, running bigint)
    language sql stable security definer set search_path = public, pg_temp as $$
    select usage.revision_id, sum(usage.drafts)::bigint, sum(usage.running)::bigint
    from (
        select d.revision_id, count(*) as drafts, 0 as running from drafts d
        where d.procedure_code = wanted group by d.revision_id
        union all
        select d.revision_id, 0, count(*) from dossiers d
        where d.procedure_code = wanted and d.status not in (3, 7, 10) group by d.revision_id
    ) as usage
    group by usage.revision_id
$$;
grant create on schema public to portal_worker;
alter function revision_usage(text) owner to portal_worker;
revoke create on schema public from portal_worker;
revoke execute on function revision_usage(text) from public;
grant execute on function revision_usage(text) to portal_app, portal_worker;

grant insert, update, delete on procedure_revisions to portal_app;
grant insert, update on procedures to portal_app;
grant insert, update on procedure_revisions, procedures to portal_worker;
grant select, insert, update on publications to portal_app;
grant select, insert, update, delete on publications to portal_worker;
grant select, update on drafts to portal_worker;
