-- What is read of the catalogue by the time of its changes, and the second table whose changes every process is told of.

-- 0007 tells of every change of the list, and a publication always changes it. What the public reads of revisions is told
-- as well, so that no way of writing them can leave an old page standing; edits of drafts are nobody's news.
create function procedure_revisions_tell() returns trigger
    language plpgsql as $$
begin
    if exists (select from touched where state in ('published', 'retired')) then
        perform pg_notify('portal_catalogue', '');
    end if;
    return null;
end
$$;
create trigger procedure_revisions_added after insert on procedure_revisions
    referencing new table as touched for each statement execute function procedure_revisions_tell();
create trigger procedure_revisions_changed after update on procedure_revisions
    referencing new table as touched for each statement execute function procedure_revisions_tell();

-- The feed of publications, newest first, and the list for those who ask what changed since they last looked.
create index procedure_revisions_feed on procedure_revisions (published_at desc, id desc) where published_at is not null;
create index procedures_updated on procedures (updated_at);
