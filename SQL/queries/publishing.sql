-- Publishers at work: revisions from their first draft to their retirement.

-- name: publishing.list :many
-- Procedures of an agency with the newest piece of work on each. $1 promulgator ('' = every one), $2 state wanted ('' = any;
-- open, published, retired, none, incomplete, contradictory), $3 text in name or code ('' = any), $4 after code, $5 how many
select code, name, field_name, online, retired, published_number, published_at, open_id, open_number, open_state, missing,
    unsettled
from (
    select p.code as code, p.name as name, p.field_name as field_name, p.online as online,
        p.retired_at is not null as retired, published.number as published_number, published.published_at as published_at,
        open.id as open_id, open.number as open_number, open.state as open_state,
        case when open.id is null then published.missing else open.missing end as missing,
        case when open.id is null then published.unsettled else open.unsettled end as unsettled
    from procedures p
    left join procedure_revisions published on published.id = p.published_revision
    left join procedure_revisions open
        on open.procedure_code = p.code and open.state in ('draft', 'submitted', 'scheduled')
    where ($1 = '' or p.promulgator = $1) and p.code > $4
        and ($3 = '' or p.folded like '%' || vn_fold($3) || '%')
        and case $2
            when 'open' then open.id is not null
            when 'published' then published.id is not null and p.retired_at is null
            when 'retired' then p.retired_at is not null
            when 'none' then published.id is null
            when 'incomplete' then
                p.retired_at is null and case when open.id is null then published.missing else open.missing end > 0
            when 'contradictory' then
                p.retired_at is null and case when open.id is null then published.unsettled else open.unsettled end > 0
            else true
        end
    union all
    select r.procedure_code, r.facts ->> 'name', coalesce(r.facts -> 'field' ->> 'name', ''), false, false, null, null,
        r.id, r.number, r.state, r.missing, r.unsettled
    from procedure_revisions r
    where r.state in ('draft', 'submitted', 'scheduled') and r.procedure_code > $4
        and not exists (select from procedures p where p.code = r.procedure_code)
        and ($1 = '' or r.facts ->> 'promulgator' = $1)
        and ($3 = '' or vn_fold(r.procedure_code || ' ' || (r.facts ->> 'name')) like '%' || vn_fold($3) || '%')
        and ($2 in ('', 'open', 'none') or $2 = 'incomplete' and r.missing > 0 or $2 = 'contradictory' and r.unsettled > 0)
) as listed
order by code
limit $5;

-- name: publishing.load :many
-- How many dossiers are running under each of some procedures. $1 codes
select wanted.code as code, coalesce((select sum(usage.running) from revision_usage(wanted.code) as usage), 0)::bigint as running
from unnest($1) as wanted (code);

-- name: publishing.revisions :many
-- All revisions of a procedure, the newest first, without their contents. $1 procedure
select r.id as id, r.number as number, r.state as state, r.origin as origin, r.summary as summary,
    r.created_at as created_at, r.submitted_at as submitted_at, r.publish_at as publish_at,
    r.published_at as published_at, coalesce(author.name, author_client.name) as author_name,
    coalesce(publisher.name, publisher_client.name) as publisher_name, r.form is not null as has_form
from procedure_revisions r
left join accounts author
    on author.id = case when r.submitted_by_client is null then coalesce(r.submitted_by, r.written_by) end
left join api_clients author_client
    on author_client.id = case when r.submitted_by is null then coalesce(r.submitted_by_client, r.written_by_client) end
left join accounts publisher on publisher.id = r.published_by
left join api_clients publisher_client on publisher_client.id = r.published_by_client
where r.procedure_code = $1
order by r.number desc
limit 200;

-- name: publishing.work :optional
-- A revision with its contents. $1 revision
select r.id as id, r.procedure_code as procedure_code, r.number as number, r.state as state, r.version as version,
    r.facts as facts, r.form as form, r.summary as summary, r.based_on as based_on, r.written_by as written_by,
    r.written_by_client as written_by_client, r.submitted_by as submitted_by, r.submitted_by_client as submitted_by_client,
    r.published_by as published_by, r.published_by_client as published_by_client, r.publish_at as publish_at,
    r.published_at as published_at, p.published_revision as published_revision, p.promulgator as promulgator
from procedure_revisions r
left join procedures p on p.code = r.procedure_code
where r.id = $1;

-- name: publishing.lock :optional
-- The same, held until the transaction ends. $1 revision
select r.id as id, r.procedure_code as procedure_code, r.number as number, r.state as state, r.version as version,
    r.facts as facts, r.form as form, r.summary as summary, r.based_on as based_on, r.written_by as written_by,
    r.written_by_client as written_by_client, r.submitted_by as submitted_by, r.submitted_by_client as submitted_by_client,
    r.published_by as published_by, r.published_by_client as published_by_client, r.publish_at as publish_at,
    r.published_at as published_at, p.published_revision as published_revision, p.promulgator as promulgator
from procedure_revisions r
left join procedures p on p.code = r.procedure_code
where r.id = $1
for update of r;

-- name: publishing.begin :exec
-- A draft. $1 id, $2 procedure, $3 facts, $4 form, $5 the revision it is a copy of, $6 author or $7 client, $8 now
insert into procedure_revisions (id, procedure_code, number, state, facts, form, origin, based_on, written_by,
    written_by_client, created_at)
select $1, $2, coalesce(max(number), 0) + 1, 'draft', $3, $4, 'portal', $5, $6, $7, $8
from procedure_revisions
where procedure_code = $2;

-- name: publishing.save :exec
-- An edit of a draft, unless somebody else has saved one meanwhile. Who only says what an edit was for doesn't become its
-- author. $1 revision, $2 version it was read in, $3 facts, $4 form, $5 summary, $6 author or $7 client
update procedure_revisions
set facts = $3, form = $4, summary = $5, version = version + 1,
    written_by = case when (facts, form) is distinct from ($3, $4) then $6 else written_by end,
    written_by_client = case when (facts, form) is distinct from ($3, $4) then $7 else written_by_client end
where id = $1 and version = $2 and state = 'draft';

-- name: publishing.examine :exec
-- How complete a revision is. $1 revision, $2 mandatory parts that are missing, $3 contradictions not settled
update procedure_revisions set missing = $2, unsettled = $3 where id = $1;

-- name: publishing.unexamined :many
-- Revisions in use of which that isn't known. $1 how many
select id, facts, form from procedure_revisions where missing is null and state <> 'retired' order by id limit $1;

-- name: publishing.filters :many
-- The filters that an account keeps, in Vietnamese order. $1 account
select name, state, query from desk_filters where account_id = $1 order by name collate "vi-x-icu";

-- name: publishing.keep_filter :exec
-- Kept under a name, in the place of another of that name; not more than thirty. $1 account, $2 name, $3 state, $4 text, $5 now
insert into desk_filters (account_id, name, state, query, saved_at)
select $1, $2, $3, $4, $5
where (select count(*) from desk_filters where account_id = $1 and name <> $2) < 30
on conflict on constraint desk_filters_pkey do update
set state = excluded.state, query = excluded.query, saved_at = excluded.saved_at;

-- name: publishing.drop_filter :exec
-- $1 account, $2 name
delete from desk_filters where account_id = $1 and name = $2;

-- name: publishing.discard :exec
-- $1 revision
delete from procedure_revisions where id = $1 and state = 'draft';

-- name: publishing.submit :exec
-- $1 revision, $2 version, $3 author or $4 client, $5 now
update procedure_revisions
set state = 'submitted', submitted_by = $3, submitted_by_client = $4, submitted_at = $5
where id = $1 and version = $2 and state = 'draft';

-- name: publishing.return :exec
-- Back to its author: from a reviewer, or by withdrawing it. $1 revision
update procedure_revisions
set state = 'draft', submitted_by = null, submitted_by_client = null, submitted_at = null, published_by = null,
    published_by_client = null, publish_at = null, version = version + 1
where id = $1 and state in ('submitted', 'scheduled');

-- name: publishing.schedule :exec
-- $1 revision, $2 publisher or $3 client, $4 when
update procedure_revisions
set state = 'scheduled', published_by = $2, published_by_client = $3, publish_at = $4
where id = $1 and state = 'submitted';

-- name: publishing.retire_published :exec
-- $1 procedure
update procedure_revisions set state = 'retired' where procedure_code = $1 and state = 'published';

-- name: publishing.publish :exec
-- What was scheduled keeps who approved it. $1 revision, $2 publisher or $3 client, $4 now
update procedure_revisions
set state = 'published', published_by = coalesce($2, published_by),
    published_by_client = coalesce($3, published_by_client), published_at = $4, publish_at = null
where id = $1 and state in ('submitted', 'scheduled');

-- name: publishing.put :exec
-- What the lists show of a procedure from now on. $1 code, $2 line as JSON object, $3 English name, $4 field code,
-- $5 revision, $6 whether it has a form, $7 now
insert into procedures (code, name, name_en, field_code, field_name, state, kind, promulgator, executing, subjects,
    digest, published_revision, online, edited_here, updated_at)
select $1, line.name, $3, $4, line.field_name, line.state, line.kind, line.promulgator, line.executing, line.subjects,
    decode(line.digest, 'hex'), $5, $6, true, $7
from jsonb_to_record($2) as line (
    name text, field_name text, state text, kind text, promulgator text, executing text[], subjects text[], digest text)
on conflict on constraint procedures_pkey do update
set name = excluded.name, name_en = excluded.name_en, field_code = excluded.field_code, field_name = excluded.field_name,
    executing = excluded.executing, subjects = excluded.subjects, published_revision = excluded.published_revision,
    online = excluded.online, edited_here = true, updated_at = excluded.updated_at, retired_at = null,
    retired_reason = null, replacement_code = null;

-- name: publishing.announce :exec
-- Asks for the drafts of a procedure to be carried over. $1 procedure, $2 revision, $3 now
insert into publications (procedure_code, revision_id, published_at) values ($1, $2, $3)
on conflict on constraint publications_pkey do update
set revision_id = excluded.revision_id, published_at = excluded.published_at;

-- name: publishing.due :many
-- Scheduled revisions whose time has come. $1 now
select id from procedure_revisions where state = 'scheduled' and publish_at <= $1 order by publish_at limit 100;

-- name: publishing.retire :exec
-- A procedure that is no longer done. $1 code, $2 now, $3 reason, $4 replacement
update procedures set retired_at = $2, retired_reason = $3, replacement_code = $4, online = false, updated_at = $2
where code = $1 and retired_at is null;

-- name: publishing.owner :optional
-- Who promulgated a procedure, or is about to. $1 code
select promulgator from procedures where code = $1
union all
select facts ->> 'promulgator' from procedure_revisions where procedure_code = $1 and state in ('draft', 'submitted', 'scheduled')
limit 1;

-- name: publishing.open :optional
-- The revision of a procedure that somebody is at work on. $1 procedure
select id from procedure_revisions where procedure_code = $1 and state in ('draft', 'submitted', 'scheduled');

-- name: publishing.published :optional
-- $1 procedure
select id from procedure_revisions where procedure_code = $1 and state = 'published';

-- name: publishing.allow_template :exec
-- Says that revisions may name a file. $1 SHA-256, $2 now
insert into template_files (sha256, added_at) values ($1, $2) on conflict on constraint template_files_pkey do nothing;

-- name: publishing.templates :many
-- Which of some files revisions may name. $1 SHA-256 in hexadecimal digits
select encode(file.sha256, 'hex') as sha256, file.size as size, file.media_type as media_type
from unnest($1) as wanted (sha256)
join template_files template on template.sha256 = decode(wanted.sha256, 'hex')
join files file on file.sha256 = template.sha256;

-- name: publishing.usage :many
-- $1 procedure
select usage.revision_id as revision_id, r.number as number, usage.drafts as drafts, usage.running as running
from revision_usage($1) as usage
join procedure_revisions r on r.id = usage.revision_id
order by r.number desc;
