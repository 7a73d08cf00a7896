-- Every process keeps the catalogue's words and pages in memory: a change of the list tells them all, once it is committed.
create function procedures_tell() returns trigger
    language plpgsql as $$
begin
    perform pg_notify('portal_catalogue', '');
    return null;
end
$$;
create trigger procedures_changed after insert or update or delete on procedures
    for each statement execute function procedures_tell();
