-- What officers do: units that hold dossiers, templates of results, systems among those who looked.

-- What a unit has, by when it is due: the digest of an officer of that unit walks it.
create index dossiers_unit_due on dossiers (agency_code, unit_id, due_at) where finished_at is null;
