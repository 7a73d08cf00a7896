-- Files on disk, by their content.

-- name: files.record :exec
-- The bytes are on disk, whole and synced, before this row is. $1 SHA-256, $2 size, $3 media type, $4 now
insert into files (sha256, size, media_type, stored_at) values ($1, $2, $3, $4)
on conflict on constraint files_pkey do nothing;
