-- At the size of the country.

-- A job that moves a dossier reads what belongs to it as its agency's system does.
create policy report_places_for_jobs on report_places to portal_worker using (true);
grant select on report_places to portal_worker;
