-- What the portal says beside the catalogue, edited by national editors: every one of them fits into memory.

-- name: contents.list :many
-- Everything, withdrawn or not, in the order of its kind.
select c.kind as kind, c.id as id, c.body as body, c.version as version, c.updated_at as updated_at,
    c.withdrawn_at as withdrawn_at, editor.name as editor_name
from contents c
left join accounts editor on editor.id = c.updated_by
order by c.kind, c.position, c.id;

-- name: contents.find :optional
-- $1 kind, $2 id
select c.kind as kind, c.id as id, c.body as body, c.version as version, c.updated_at as updated_at,
    c.withdrawn_at as withdrawn_at, editor.name as editor_name
from contents c
left join accounts editor on editor.id = c.updated_by
where c.kind = $1 and c.id = $2;

-- name: contents.lock :many
-- All of a kind in their order, held until the transaction ends. $1 kind
select c.kind as kind, c.id as id, c.body as body, c.version as version, c.updated_at as updated_at,
    c.withdrawn_at as withdrawn_at, editor.name as editor_name
from contents c
left join accounts editor on editor.id = c.updated_by
where c.kind = $1
order by c.position, c.id
for update of c;

-- name: contents.add :exec
-- Behind the last of its kind. $1 kind, $2 id, $3 body, $4 editor, $5 now
insert into contents (kind, id, position, body, updated_by, updated_at)
select $1, $2, coalesce(max(position), 0) + 1, $3, $4, $5
from contents
where kind = $1;

-- name: contents.save :exec
-- $1 kind, $2 id, $3 version that was edited, $4 body, $5 editor, $6 now
update contents
set body = $4, version = version + 1, updated_by = $5, updated_at = $6
where kind = $1 and id = $2 and version = $3;

-- name: contents.withdraw :exec
-- Takes it off the pages, or shows it again. $1 kind, $2 id, $3 version that was seen, $4 withdrawn when (null = shown), $5 editor, $6 now
update contents
set withdrawn_at = $4, version = version + 1, updated_by = $5, updated_at = $6
where kind = $1 and id = $2 and version = $3;

-- name: contents.arrange :exec
-- $1 kind, $2 its ids in their new order
update contents
set position = wanted.place
from unnest($2) with ordinality as wanted (id, place)
where contents.kind = $1 and contents.id = wanted.id and contents.position <> wanted.place;

-- name: contents.introduce :optional
-- Of our own seed: added behind the others, or brought up to date where nobody edited it here. Gives the version when
-- something changed. $1 kind, $2 id, $3 body, $4 now
insert into contents (kind, id, position, body, updated_at)
select $1, $2, coalesce(max(position), 0) + 1, $3, $4
from contents
where kind = $1
on conflict on constraint contents_pkey do update
set body = excluded.body, version = contents.version + 1, updated_at = excluded.updated_at
where contents.updated_by is null and contents.body <> excluded.body
returning version;

-- name: contents.procedures :many
-- Those of some procedures that are still done. $1 codes
select code, name, name_en, field_name, promulgator, executing, subjects, online, false as retired, updated_at
from procedures
where code = any ($1) and retired_at is null
order by code;
