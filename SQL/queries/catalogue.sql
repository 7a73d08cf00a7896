-- Procedures as the public finds them, and the revisions that drafts and dossiers are pinned to.

-- name: catalogue.everything :many
-- The whole list in the order of the codes, for the table that searches are answered from.
select code, name, name_en, field_name, promulgator, executing, subjects, online, retired_at is not null as retired,
    updated_at
from procedures
order by code collate "C";

-- name: catalogue.online :many
-- Procedures that can be filed here. $1 how many
select code, name, name_en, field_name, promulgator, executing, subjects, online, false as retired, updated_at
from procedures
where online
order by code
limit $1;

-- name: catalogue.totals :one
select count(*) as procedures, count(*) filter (where online) as online from procedures where retired_at is null;

-- name: catalogue.fields :many
-- Fields with the number of their procedures, the fullest first. $1 how many
select field_name, count(*) as procedures
from procedures
where retired_at is null
group by field_name
order by count(*) desc, field_name collate "vi-x-icu"
limit $1;

-- name: catalogue.all_fields :many
-- Every field with the number of its procedures, in Vietnamese order.
select field_name, count(*) as procedures
from procedures
where retired_at is null
group by field_name
order by field_name collate "vi-x-icu";

-- name: catalogue.coded_fields :many
-- Every field that has a code, in the order of the codes.
select distinct coalesce(field_code, '') as code, field_name as name
from procedures
where retired_at is null and field_code is not null
order by 1, 2;

-- name: catalogue.all_subjects :many
-- For whom procedures are, with how many, the most first.
select subject as field_name, count(*) as procedures
from procedures
cross join lateral (select distinct unnest(subjects) as subject) as each
where retired_at is null
group by subject
order by count(*) desc, subject collate "vi-x-icu";

-- name: catalogue.find :optional
-- A procedure with its published revision, if it has one. $1 code
select p.code as code, p.name as name, p.name_en as name_en, p.field_code as field_code, p.field_name as field_name,
    p.state as state, p.kind as kind, p.promulgator as promulgator, p.executing as executing, p.subjects as subjects,
    p.online as online, p.updated_at as updated_at, r.id as revision_id, r.number as revision_number,
    r.published_at as published_at, r.facts as facts, p.retired_at as retired_at, p.retired_reason as retired_reason,
    p.replacement_code as replacement_code, replacement.name as replacement_name
from procedures p
left join procedure_revisions r on r.id = p.published_revision
left join procedures replacement on replacement.code = p.replacement_code
where p.code = $1;

-- name: catalogue.history :many
-- What was published of a procedure, the newest first. $1 code
select id, number, published_at, state = 'published' as in_force
from procedure_revisions
where procedure_code = $1 and state in ('published', 'retired')
order by number desc
limit 100;

-- name: catalogue.open_data :many
-- The catalogue as anyone may take it, in the order of the codes. $1 after code, $2 how many
select p.code as code, p.name as name, p.name_en as name_en, p.field_code as field_code, p.field_name as field_name,
    p.state as state, p.kind as kind, p.promulgator as promulgator, p.executing as executing, p.subjects as subjects,
    p.online as online, p.updated_at as updated_at, r.id as revision_id, r.number as revision_number,
    r.published_at as published_at, r.facts as facts, p.retired_at as retired_at, p.retired_reason as retired_reason,
    p.replacement_code as replacement_code, null::text as replacement_name
from procedures p
left join procedure_revisions r on r.id = p.published_revision
where p.code > $1
order by p.code
limit $2;

-- name: catalogue.places :many
-- Addresses for search engines, with when each last changed.
select code, updated_at from procedures where retired_at is null order by code;

-- name: catalogue.revision :optional
-- A revision, published or not, for drafts and dossiers pinned to it. $1 revision
select r.id as id, r.procedure_code as procedure_code, r.number as number, coalesce(r.facts ->> 'name', p.name) as name,
    case when r.facts ? 'name' then r.facts ->> 'name_en' else p.name_en end as name_en, r.facts as facts, r.form as form
from procedure_revisions r
join procedures p on p.code = r.procedure_code
where r.id = $1;

-- name: catalogue.template :optional
-- A file that a procedure's revision in force, or one that was, names as a template, and what the newest of these calls it.
-- $1 procedure, $2 SHA-256
select template ->> 'name' as name, file.media_type as media_type
from revision_templates named
join procedure_revisions r on r.id = named.revision_id and r.state in ('published', 'retired')
join files file on file.sha256 = named.sha256
cross join jsonb_path_query(r.facts, 'lax $.documents[*].items[*].templates[*]') as template
where r.procedure_code = $1 and named.sha256 = $2 and template ->> 'sha256' = encode($2, 'hex')
order by r.number desc
limit 1;

-- name: catalogue.import_lock :one
-- One import at a time: a second one waits and then finds everything done.
select pg_advisory_xact_lock(hashtext('catalogue.import')) is null as locked;

-- name: catalogue.import :many
-- Lines of the national list: new ones are added, changed ones updated, equal ones left untouched, and so are those
-- that a publisher edited here. $1 lines as a JSON array, $2 now; returns each line that differs, in what, and whether
-- it was taken
with line as (
    select * from jsonb_to_recordset($1) as line (
        code text, name text, field_name text, state text, kind text, promulgator text, executing text[],
        subjects text[], digest text)
), before as (
    select p.code, p.edited_here, p.digest, array_remove(array[
        case when p.name <> line.name then 'name' end, case when p.field_name <> line.field_name then 'field' end,
        case when p.state <> line.state then 'state' end, case when p.kind <> line.kind then 'type' end,
        case when p.promulgator <> line.promulgator then 'promulgator' end,
        case when p.executing <> line.executing then 'executing' end,
        case when p.subjects <> line.subjects then 'subjects' end], null) as changed
    from procedures p
    join line on line.code = p.code
    where p.digest <> decode(line.digest, 'hex')
), taken as (
    insert into procedures (code, name, field_name, state, kind, promulgator, executing, subjects, digest, updated_at)
    select line.code, line.name, line.field_name, line.state, line.kind, line.promulgator, line.executing,
        line.subjects, decode(line.digest, 'hex'), $2
    from line
    on conflict on constraint procedures_pkey do update
    set name = excluded.name, field_name = excluded.field_name, state = excluded.state, kind = excluded.kind,
        promulgator = excluded.promulgator, executing = excluded.executing, subjects = excluded.subjects,
        digest = excluded.digest, updated_at = excluded.updated_at
    where procedures.digest <> excluded.digest and not procedures.edited_here
    returning code, xmax = 0 as added
)
select line.code as code, coalesce(taken.added, false) as added, coalesce(before.edited_here, false) as kept,
    coalesce(before.changed, '{}') as changed
from line
left join taken on taken.code = line.code
left join before on before.code = line.code
where taken.code is not null or before.edited_here
order by line.code;

-- name: catalogue.absent :many
-- Procedures in use that came from a list and don't stand in the new one. $1 codes of the new list
select p.code
from procedures p
where not p.edited_here and p.retired_at is null and not exists (select from unnest($1) as listed (code) where listed.code = p.code)
order by p.code;

-- name: catalogue.introduce :exec
-- A procedure of our own seed; what an import says of it later wins. $1 line as JSON object, $2 field code, $3 English name, $4 now
insert into procedures (code, name, name_en, field_code, field_name, state, kind, promulgator, executing, subjects,
    digest, updated_at)
select line.code, line.name, $3, $2, line.field_name, line.state, line.kind, line.promulgator, line.executing,
    line.subjects, decode(line.digest, 'hex'), $4
from jsonb_to_record($1) as line (
    code text, name text, field_name text, state text, kind text, promulgator text, executing text[], subjects text[],
    digest text)
on conflict on constraint procedures_pkey do update
set name_en = excluded.name_en, field_code = excluded.field_code
where (procedures.name_en, procedures.field_code) is distinct from (excluded.name_en, excluded.field_code);

-- name: catalogue.newest :optional
-- The revision with the highest number, locked against a second publication. $1 procedure
select id, number, origin, facts, form
from procedure_revisions
where procedure_code = $1
order by number desc
limit 1
for update;

-- name: catalogue.retire :exec
-- $1 procedure
update procedure_revisions set state = 'retired' where procedure_code = $1 and state = 'published';

-- name: catalogue.publish :exec
-- $1 id, $2 procedure, $3 number, $4 facts, $5 form, $6 origin, $7 now
insert into procedure_revisions (id, procedure_code, number, state, facts, form, origin, published_at, created_at)
values ($1, $2, $3, 'published', $4, $5, $6, $7, $7);

-- name: catalogue.point :exec
-- Makes a revision the one that is filed under. $1 procedure, $2 revision, $3 whether it has a form, $4 now
update procedures set published_revision = $2, online = $3, updated_at = $4 where code = $1;

-- Open data

-- name: catalogue.numbered :optional
-- A revision that is or was in force, as it was published. $1 procedure, $2 number
select r.id as id, r.number as number, r.published_at as published_at, r.state = 'published' as in_force,
    (
        select min(later.published_at)
        from procedure_revisions later
        where later.procedure_code = r.procedure_code and later.number > r.number and later.published_at is not null
    ) as superseded_at, r.form is not null as online, r.facts as facts
from procedure_revisions r
where r.procedure_code = $1 and r.number = $2 and r.published_at is not null;

-- name: catalogue.changes :many
-- Publications, the newest first. $1 how many
select r.procedure_code as code, r.number as number, coalesce(r.facts ->> 'name', p.name) as name,
    p.promulgator as promulgator, r.published_at as published_at
from procedure_revisions r
join procedures p on p.code = r.procedure_code
where r.published_at is not null
order by r.published_at desc, r.id desc
limit $1;

-- name: catalogue.received_by :many
-- Procedures whose form is received by agencies of a kind. $1 kind, $2 how many
select p.code as code, p.name as name, p.name_en as name_en, p.field_name as field_name, p.promulgator as promulgator,
    p.executing as executing, p.subjects as subjects, p.online as online, false as retired, p.updated_at as updated_at
from procedure_revisions r
join procedures p on p.published_revision = r.id
where r.state = 'published' and r.form ->> 'receiving' = $1 and p.online
order by p.code
limit $2;
