-- Agencies' systems write and publish revisions under the same rule of two as people, and documents have template files.

alter table procedure_revisions
    drop constraint procedure_revisions_submitted,
    drop constraint procedure_revisions_two_people,
    add column written_by_client   text,                    -- a system's part where no account has it
    add column submitted_by_client text,
    add column published_by_client text,
    add constraint procedure_revisions_written_by_client foreign key (written_by_client) references api_clients (id),
    add constraint procedure_revisions_submitted_by_client foreign key (submitted_by_client) references api_clients (id),
    add constraint procedure_revisions_published_by_client foreign key (published_by_client) references api_clients (id),
    -- One actor for each act: what is written here has an author, what left the draft has who submitted it, and what was
    -- approved has who did. A null is never an answer: every comparison below is one of null with null or with a name.
    add constraint procedure_revisions_written
        check (num_nonnulls(written_by, written_by_client) = (case when origin = 'portal' then 1 else 0 end)),
    add constraint procedure_revisions_submitted
        check (num_nonnulls(submitted_by, submitted_by_client)
            = (case when state = 'draft' or origin = 'seed' then 0 else 1 end)),
    add constraint procedure_revisions_approved
        check (num_nonnulls(published_by, published_by_client)
            = (case when state in ('draft', 'submitted') or origin = 'seed' then 0 else 1 end)),
    add constraint procedure_revisions_two_people
        check (
            (published_by is null
                or (published_by is distinct from submitted_by and published_by is distinct from written_by))
            and (published_by_client is null
                or (published_by_client is distinct from submitted_by_client
                    and published_by_client is distinct from written_by_client))
        );

-- Files that publishers uploaded as templates. Only these may be named by a revision: that somebody else's file has the
-- digest that a document names doesn't make it public.
create table template_files (
    sha256   bytea       not null,
    added_at timestamptz not null,
    constraint template_files_pkey primary key (sha256),
    constraint template_files_file foreign key (sha256) references files (sha256)
);

-- Which revision names which of them, kept by a trigger from its facts: a revision that names a file that isn't there is
-- refused, and a file that a revision names can't be removed.
create table revision_templates (
    revision_id uuid  not null,
    sha256      bytea not null,
    constraint revision_templates_pkey primary key (revision_id, sha256),
    constraint revision_templates_revision foreign key (revision_id) references procedure_revisions (id) on delete cascade,
    constraint revision_templates_file foreign key (sha256) references template_files (sha256)
);
create index revision_templates_sha256 on revision_templates (sha256);

create function procedure_revisions_name_templates() returns trigger
    language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.facts -> 'documents' is not distinct from old.facts -> 'documents' then
            return null;
        end if;
        delete from revision_templates where revision_id = new.id;
    end if;
    insert into revision_templates (revision_id, sha256)
    select distinct new.id, decode(named #>> '{}', 'hex')
    from jsonb_path_query(new.facts, 'lax $.documents[*].items[*].templates[*].sha256') as named;
    return null;
end
$$;
create trigger procedure_revisions_templates after insert or update of facts on procedure_revisions
    for each row execute function procedure_revisions_name_templates();

grant select, insert on template_files to portal_app, portal_worker;
grant select, insert, delete on revision_templates to portal_app, portal_worker;
