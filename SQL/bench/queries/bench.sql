-- The same statements as in the scripts for pgbench.

-- name: bench.read :one
select id, name, amount from bench.items where id = $1;

-- name: bench.update :exec
update bench.items set amount = amount + 1 where id = $1;

-- name: bench.log :exec
insert into bench.log (item, at) values ($1, now());
