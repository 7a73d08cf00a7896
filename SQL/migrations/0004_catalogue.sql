-- The national list of procedures and the revisions that dossiers are pinned to.

create table procedures (
    code              text        not null,
    name              text        not null,
    name_en           text,
    field_code        text,
    field_name        text        not null,
    state             text        not null,
    kind              text        not null,
    promulgator       text        not null,
    executing         text[]      not null,
    subjects          text[]      not null,
    published_revision uuid,
    online            boolean     not null default false,  -- the published revision has an electronic form
    digest            bytea       not null,                 -- of what the national list says: unchanged lines are left alone
    updated_at        timestamptz not null,
    -- What people search in. `terms` finds words in any accent, `exact` lifts those typed with the right accents.
    folded            text generated always as (vn_fold(code || ' ' || name || ' ' || field_name || ' ' || coalesce(name_en, ''))) stored,
    terms             tsvector generated always as
        (to_tsvector('simple', vn_fold(code || ' ' || name || ' ' || field_name || ' ' || coalesce(name_en, '')))) stored,
    exact             tsvector generated always as (to_tsvector('simple', lower(normalize(name, NFC)))) stored,
    constraint procedures_pkey primary key (code),
    constraint procedures_code_form check (code ~ '^[1-9]\.[0-9]{6}')
);
create index procedures_terms on procedures using gin (terms);
create index procedures_similar on procedures using gin (folded gin_trgm_ops);
create index procedures_field on procedures (field_name, code);

create table procedure_revisions (
    id             uuid        not null,
    procedure_code text        not null,
    number         integer     not null,
    state          text        not null,
    facts          jsonb       not null,       -- everything NĐ 63/2010 Đ.8.2 asks for, as given by its source
    form           jsonb,                       -- the electronic form; null = filed on paper
    origin         text        not null,        -- seed: kept in step with SQL/seed; portal: edited here, never overwritten
    published_at   timestamptz,
    created_at     timestamptz not null,
    constraint procedure_revisions_pkey primary key (id),
    constraint procedure_revisions_number_once unique (procedure_code, number),
    constraint procedure_revisions_origin check (origin in ('seed', 'portal')),
    constraint procedure_revisions_state check (state in ('draft', 'published', 'retired')),
    constraint procedure_revisions_published check ((state = 'draft') = (published_at is null)),
    constraint procedure_revisions_procedure foreign key (procedure_code) references procedures (code)
);
create unique index procedure_revisions_one_published on procedure_revisions (procedure_code) where state = 'published';
alter table procedures add constraint procedures_published_revision
    foreign key (published_revision) references procedure_revisions (id);

-- A published revision is what dossiers were filed under: it can be retired, and nothing else about it can change.
create function procedure_revisions_refuse_edit() returns trigger
    language plpgsql as $$
begin
    if old.state <> 'draft' and (new.facts, new.form, new.number, new.procedure_code, new.published_at)
        is distinct from (old.facts, old.form, old.number, old.procedure_code, old.published_at) then
        raise exception 'a published revision is never edited: publish a new one' using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger procedure_revisions_published_stays before update on procedure_revisions
    for each row execute function procedure_revisions_refuse_edit();

grant select on procedures, procedure_revisions to portal_app, portal_worker;
