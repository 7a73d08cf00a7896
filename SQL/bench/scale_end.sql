-- The indexes again, where they are missing, and what the planner has to know.
set maintenance_work_mem = '512MB';
select replace(definition, 'CREATE INDEX', 'CREATE INDEX IF NOT EXISTS') from scale.indexes \gexec
vacuum analyze dossiers, dossier_events;
