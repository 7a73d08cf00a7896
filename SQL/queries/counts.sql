-- How many dossiers there are, kept by a trigger with every change (migration 0025): nobody counts them.

-- name: counts.standing :many
-- $1 agency
select status, sum(count)::bigint as count
from (
    select status, count from dossier_counts where agency_code = $1
    union all
    select status, change from dossier_count_changes where agency_code = $1
) as kept
group by status having sum(count) <> 0
order by status;

-- name: counts.received :many
-- Dossiers submitted on each day of a span. $1 agency, $2 from, $3 up to
select day, sum(count)::bigint as count
from (
    select day, count from dossier_counts where agency_code = $1 and day between $2 and $3
    union all
    select day, change from dossier_count_changes where agency_code = $1 and day between $2 and $3
) as kept
group by day having sum(count) <> 0
order by day;

-- name: counts.disagreeing :many
-- Where the counters say something else than a recount at the same moment; a tool's, as portal_worker. $1 how many
select coalesce(kept.agency_code, found.agency_code) as agency_code, coalesce(kept.status, found.status) as status,
    coalesce(kept.day, found.day) as day, coalesce(kept.count, 0)::bigint as kept, coalesce(found.count, 0) as found
from (
    select agency_code, status, day, sum(count) as count
    from (
        select agency_code, status, day, count from dossier_counts
        union all
        select agency_code, status, day, change from dossier_count_changes
    ) as kept
    group by agency_code, status, day
) as kept
full join (
    select agency_code, status, (submitted_at at time zone interval '07:00')::date as day, count(*) as count
    from dossiers group by 1, 2, 3
) as found on found.agency_code = kept.agency_code and found.status = kept.status and found.day = kept.day
where coalesce(kept.count, 0) <> coalesce(found.count, 0)
order by 1, 2, 3
limit $1;

-- name: counts.fold :one
-- Puts changes into the counts, and says how many. $1 how many at once
with taken as (
    delete from dossier_count_changes
    where ctid = any (array(select ctid from dossier_count_changes limit $1 for update skip locked))
    returning agency_code, status, day, change
), folded as (
    insert into dossier_counts as kept (agency_code, status, day, count)
    select agency_code, status, day, sum(change) from taken
    group by agency_code, status, day having sum(change) <> 0
    order by agency_code, status, day
    on conflict on constraint dossier_counts_pkey do update set count = kept.count + excluded.count
)
select count(*) as folded from taken;
