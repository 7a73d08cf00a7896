-- Who may act for whom: an authorised person for a citizen or a business, an employee or a representative for a business.

-- What a mandate's foreign key holds on to: it is accepted by the person whom it names, and by nobody else.
alter table accounts add constraint accounts_login_of unique (id, login);

create table mandates (
    id              uuid        not null,
    principal_id    uuid        not null,            -- for whom; also who gave it
    basis           text        not null,
    -- The personal number as the principal wrote it. Whether it has an account isn't told to the principal: agent_id is
    -- null until that person accepts.
    agent_login     text        not null,
    agent_id        uuid,
    procedures      text[]      not null,            -- codes without case and organisation; none: every procedure
    amount_limit    bigint,                          -- đồng for one payment; null: no limit
    valid_from      date        not null,
    valid_until     date        not null,            -- the last day, in Vietnam
    document_sha256 bytea,                           -- the mandate on paper
    given_at        timestamptz not null,
    accepted_at     timestamptz,
    revoked_at      timestamptz,
    revoked_by      uuid,                            -- the principal, or the agent who gave it back
    constraint mandates_pkey primary key (id),
    constraint mandates_principal foreign key (principal_id) references accounts (id),
    constraint mandates_agent foreign key (agent_id, agent_login) references accounts (id, login),
    constraint mandates_document foreign key (document_sha256) references files (sha256),
    constraint mandates_basis check (basis in ('authorisation', 'employment', 'representation')),
    constraint mandates_agent_is_a_person check (agent_login ~ '^[0-9]{12}$'),
    constraint mandates_amount check (amount_limit >= 0),
    constraint mandates_days check (valid_until >= valid_from),
    constraint mandates_accepted check ((agent_id is null) = (accepted_at is null)),
    constraint mandates_of_two check (agent_id <> principal_id),
    constraint mandates_revoked check ((revoked_by is null) = (revoked_at is null)),
    constraint mandates_revoked_by check (revoked_by in (principal_id, agent_id) or agent_id is null),
    constraint mandates_authorisation_on_paper check (basis <> 'authorisation' or document_sha256 is not null)
);
create index mandates_principal on mandates (principal_id, given_at desc, id desc);
create index mandates_agent_login on mandates (agent_login, given_at desc, id desc);
create index mandates_document on mandates (document_sha256) where document_sha256 is not null;

alter table mandates enable row level security;
alter table mandates force row level security;
create policy mandates_of_both on mandates for select to portal_app
    using (
        principal_id = acting_account()
        or agent_login = (select login from accounts where id = acting_account()));
create policy mandates_are_given_by_the_principal on mandates for insert to portal_app
    with check (principal_id = acting_account() and agent_id is null and revoked_at is null);
create policy mandates_are_answered_by_both on mandates for update to portal_app
    using (
        principal_id = acting_account()
        or agent_login = (select login from accounts where id = acting_account()));

-- Nobody accepts for another, nobody revokes in another's name, and what has ended stays ended.
create function mandates_answered() returns trigger language plpgsql as $$
begin
    if old.revoked_at is not null then
        raise exception 'a mandate that has ended is changed no more' using errcode = 'integrity_constraint_violation';
    end if;
    if new.agent_id is distinct from old.agent_id
        and (old.agent_id is not null or new.agent_id is distinct from acting_account()) then
        raise exception 'a mandate is accepted by the agent' using errcode = 'integrity_constraint_violation';
    end if;
    if new.revoked_by is distinct from acting_account() and new.revoked_by is not null then
        raise exception 'a mandate is revoked in one''s own name' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger mandates_answered before update on mandates for each row execute function mandates_answered();

-- What was given is never changed: a mandate is accepted and revoked, another scope is another mandate.
grant select, insert, update (agent_id, accepted_at, revoked_at, revoked_by) on mandates to portal_app;

create policy mandates_for_jobs on mandates for select to portal_worker using (true);
grant select on mandates to portal_worker;

-- A session works for its own account or, by a mandate, for another.
alter table sessions add column mandate_id uuid;
alter table sessions add constraint sessions_mandate foreign key (mandate_id) references mandates (id);

-- For whom a session works, as long as that lasts: asked with every page, before anybody is known to act.
create function principal_of(wanted uuid, agent uuid, today date)
    returns table (id uuid, kind text, login text, name text, procedures text[])
    language sql stable strict security definer set search_path = public, pg_temp as $$
    select principal.id, principal.kind, principal.login, principal.name, mandate.procedures
    from mandates mandate
    join accounts principal on principal.id = mandate.principal_id
    where mandate.id = wanted and mandate.agent_id = agent and mandate.revoked_at is null
        and today between mandate.valid_from and mandate.valid_until and principal.disabled_at is null
$$;
grant create on schema public to portal_worker;
alter function principal_of(uuid, uuid, date) owner to portal_worker;
revoke create on schema public from portal_worker;
revoke execute on function principal_of(uuid, uuid, date) from public;
grant execute on function principal_of(uuid, uuid, date) to portal_app;

-- Whoever acts by a mandate for some procedures sees nothing of the others: the setting is empty for everybody else.
create function acting_covers(procedure text) returns boolean language sql stable parallel safe
    return coalesce(
        left(procedure, 8) = any (string_to_array(nullif(current_setting('portal.procedures', true), ''), ',')), true);

alter policy dossiers_of_the_acting on dossiers
    using (agency_code = acting_agency() or (account_id = acting_account() and acting_covers(procedure_code)));
alter policy drafts_of_their_owner on drafts
    using (account_id = acting_account() and acting_covers(procedure_code));

-- Who acted on a dossier for its applicant, by which mandate, as it was then: what the agency reads, and what remains.
create table dossier_agents (
    dossier_id      uuid        not null,
    mandate_id      uuid        not null,
    agent_id        uuid        not null,
    agent_name      text        not null,
    basis           text        not null,
    document_sha256 bytea,
    first_at        timestamptz not null,
    constraint dossier_agents_pkey primary key (dossier_id, mandate_id),
    constraint dossier_agents_dossier foreign key (dossier_id) references dossiers (id),
    constraint dossier_agents_mandate foreign key (mandate_id) references mandates (id)
);
alter table dossier_agents enable row level security;
alter table dossier_agents force row level security;
create policy dossier_agents_of_the_acting on dossier_agents to portal_app
    using (exists (select from dossiers where dossiers.id = dossier_agents.dossier_id));
create policy dossier_agents_for_jobs on dossier_agents for select to portal_worker using (true);
grant select, insert on dossier_agents to portal_app;
grant select on dossier_agents to portal_worker;

-- The child for whom a parent files (BLDS 2015 Đ.136.1), by the draft's id, which is the dossier's afterwards.
create table dossier_children (
    dossier_id      uuid not null,
    name            text not null,
    date_of_birth   date not null,
    personal_number text,                            -- none before the birth is registered
    constraint dossier_children_pkey primary key (dossier_id),
    constraint dossier_children_number check (personal_number ~ '^[0-9]{12}$')
);
alter table dossier_children enable row level security;
alter table dossier_children force row level security;
create policy dossier_children_of_the_acting on dossier_children to portal_app
    using (
        exists (select from dossiers where dossiers.id = dossier_children.dossier_id)
        or exists (select from drafts where drafts.id = dossier_children.dossier_id));
create policy dossier_children_for_jobs on dossier_children for select to portal_worker using (true);
grant select, insert, delete on dossier_children to portal_app;
grant select on dossier_children to portal_worker;
