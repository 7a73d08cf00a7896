-- What officers do: units that hold dossiers, templates of results, systems among those who looked.

-- What a unit has, by when it is due: the digest of an officer of that unit walks it.
create index dossiers_unit_due on dossiers (agency_code, unit_id, due_at) where finished_at is null;

-- Hours of agencies are edited at the desk, and what is open there is counted again.
grant insert, delete on agency_hours, agency_days to portal_app;
alter table calendar_recounts add column agency_code text;       -- null: every agency's dossiers
alter table calendar_recounts add constraint calendar_recounts_agency foreign key (agency_code) references agencies (code);
