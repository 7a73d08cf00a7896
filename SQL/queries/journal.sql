-- The journal: entries, their numbering and chain, the outbox, and answers kept for repetition.

-- name: journal.append :exec
-- Entries, queued in their order. $1 ids, $2 kinds, $3 subjects, $4 agencies, $5 actors, $6 recorded at, $7 contents,
-- $8 digests
with given as (
    select given.*
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::bytea[])
        with ordinality as given (id, kind, subject, agency_code, actor, recorded_at, content, digest, place)
), kept as (
    insert into journal_entries (id, kind, subject, agency_code, actor, recorded_at, content, digest)
    select id, kind, subject, agency_code, actor, recorded_at, content::jsonb, digest from given
)
insert into journal_queue (entry_id) select id from given order by place;

-- name: journal.claim :one
-- True for the one sequencer that may number entries until its transaction ends. $1 key of the lock
select pg_try_advisory_xact_lock($1) as claimed;

-- name: journal.queued :many
-- The oldest entries that are committed and not yet numbered. $1 how many
select queue.id as queue_id, entry.id as entry_id, entry.digest as digest
from journal_queue queue
join journal_entries entry on entry.id = queue.entry_id
order by queue.id
limit $1;

-- name: journal.size :one
-- The newest position; 0 before the first.
select coalesce(max(position), 0) as size from journal_chain;

-- name: journal.head :optional
select position, hash from journal_chain order by position desc limit 1;

-- name: journal.seal :exec
-- What made a new version of a dossier is told to its agency, too. $1 positions, $2 entries, $3 hashes in hex, each of the
-- same length
with sealed as (
    insert into journal_chain (position, entry_id, hash)
    select sealed.position, sealed.entry_id, decode(sealed.hash, 'hex')
    from unnest($1::bigint[], $2::uuid[], $3::text[]) as sealed (position, entry_id, hash)
    returning position, entry_id
)
insert into agency_events (agency_code, position, entry_id, recorded_at)
select entry.agency_code, sealed.position, sealed.entry_id, entry.recorded_at
from sealed
join journal_entries entry on entry.id = sealed.entry_id
where entry.agency_code is not null and entry.subject like 'dossier:%' and entry.content ? 'version';

-- name: journal.dequeue :exec
-- $1 queue ids
delete from journal_queue where id = any ($1);

-- name: journal.announce :one
-- Tells every server process which positions are new. $1 "first-last"
select pg_notify('portal_journal', $1) is null as announced;

-- name: journal.subjects :many
-- Whom the entries at these positions are about, and as `feed:` the agencies that they are told to. $1 first, $2 last
select entry.subject as subject
from journal_chain chain
join journal_entries entry on entry.id = chain.entry_id
where chain.position between $1 and $2
union
select 'feed:' || event.agency_code
from journal_chain chain
join journal_entries entry on entry.id = chain.entry_id
join agency_events event on event.agency_code = entry.agency_code and event.position = chain.position
    and event.recorded_at = entry.recorded_at
where chain.position between $1 and $2;

-- name: months.make :one
-- Makes the parts of tables that are kept by month, and says how many were missing. $1 since, $2 how many months
select make_months($1, $2) as made;

-- name: months.unplaced :one
-- Rows that no month was made for, counted to a thousand.
select count(*) as unplaced from (select from agency_events_unplaced limit 1000) as rows;

-- name: journal.page :many
-- The chain with its entries, for verification. $1 after position, $2 how many
select chain.position as position, chain.hash as hash, chain.entry_id as entry_id, entry.id is not null as present,
    coalesce(entry.kind, '') as kind, coalesce(entry.subject, '') as subject, entry.agency_code as agency_code,
    coalesce(entry.actor, '') as actor, entry.recorded_at as recorded_at,
    coalesce(entry.content, 'null'::jsonb) as content, coalesce(entry.digest, ''::bytea) as digest
from journal_chain chain
left join journal_entries entry on entry.id = chain.entry_id
where chain.position > $1
order by chain.position
limit $2;

-- name: journal.entry :optional
-- One entry with its position, null while it waits for it. $1 entry
select entry.id as id, entry.kind as kind, entry.subject as subject, entry.agency_code as agency_code,
    entry.actor as actor, entry.recorded_at as recorded_at, entry.content as content, chain.position as position
from journal_entries entry
left join journal_chain chain on chain.entry_id = entry.id
where entry.id = $1;

-- name: journal.strays :many
-- Entries that are neither numbered nor waiting to be: their place in the chain was removed. $1 how many
select entry.id as entry_id
from journal_entries entry
where not exists (select from journal_chain chain where chain.entry_id = entry.id)
    and not exists (select from journal_queue queue where queue.entry_id = entry.id)
order by entry.id
limit $1;

-- name: journal.waiting :one
select count(*) as waiting from journal_queue;

-- name: tree.latest :optional
-- The newest signed head.
select size, root, previous, signed_at, key_id, signature from journal_heads order by size desc limit 1;

-- name: tree.heads :many
-- Signed heads in their order. $1 after size, $2 how many
select size, root, previous, signed_at, key_id, signature from journal_heads where size > $1 order by size limit $2;

-- name: tree.nodes :many
-- Hashes of complete subtrees in the order asked for; null for one that isn't there. Those of level 0 are the entries' own.
-- $1 levels, $2 numbers, each of the same length
select coalesce(node.hash, sha256('\x00'::bytea || entry.digest)) as hash
from unnest($1::bigint[], $2::bigint[]) with ordinality as asked (level, number, place)
left join journal_tree node on node.level = asked.level and node.number = asked.number
left join journal_chain chain on asked.level = 0 and chain.position = asked.number + 1
left join journal_entries entry on entry.id = chain.entry_id
order by asked.place;

-- name: tree.leaves :many
-- Entries in the order of the chain. $1 after position, $2 how many
select chain.position as position, entry.digest as digest
from journal_chain chain
join journal_entries entry on entry.id = chain.entry_id
where chain.position > $1
order by chain.position
limit $2;

-- name: tree.keep_nodes :exec
-- $1 levels, $2 numbers, $3 hashes in hex, each of the same length
insert into journal_tree (level, number, hash)
select made.level, made.number, decode(made.hash, 'hex')
from unnest($1::bigint[], $2::bigint[], $3::text[]) as made (level, number, hash);

-- name: tree.keep_head :exec
-- $1 size, $2 root, $3 digest of the head before, $4 signed, $5 key, $6 signature
insert into journal_heads (size, root, previous, signed_at, key_id, signature) values ($1, $2, $3, $4, $5, $6);

-- name: outbox.enqueue :exec
-- $1 topic, $2 payloads, $3 now
insert into outbox (topic, payload, created_at, due_at)
select $1, payload::jsonb, $3, $3 from unnest($2::text[]) as payload;

-- name: outbox.claim :many
-- Messages that are due, each for one worker at a time. $1 now, $2 how many
select id, topic, payload, attempts
from outbox
where delivered_at is null and due_at <= $1
order by due_at, id
limit $2
for update skip locked;

-- name: outbox.delivered :exec
-- $1 id, $2 now
update outbox set delivered_at = $2, attempts = attempts + 1 where id = $1;

-- name: outbox.postponed :exec
-- $1 id, $2 when to try again
update outbox set due_at = $2, attempts = attempts + 1 where id = $1;

-- name: idempotency.find :optional
-- $1 scope, $2 key
select fingerprint, status, body from idempotency_keys where scope = $1 and key = $2;

-- name: idempotency.remember :exec
-- $1 scope, $2 key, $3 fingerprint, $4 status, $5 body, $6 now
insert into idempotency_keys (scope, key, fingerprint, status, body, created_at) values ($1, $2, $3, $4, $5, $6);

-- name: idempotency.forget :exec
-- Keys older than a week are no longer repeated. $1 before
delete from idempotency_keys where created_at < $1;
