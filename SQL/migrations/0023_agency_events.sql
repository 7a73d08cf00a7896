-- Which positions of the journal tell an agency what happened to its dossiers: what `GET /api/v1/events` reads.
--
-- Written with the positions themselves, by the one sequencer, so that whoever has read up to a position has seen all
-- before it. A table of its own, because the journal is everybody's: an agency's reader walks its own rows and no others.
create table agency_events (
    agency_code text   not null,
    position    bigint not null,
    entry_id    uuid   not null,
    constraint agency_events_pkey primary key (agency_code, position),
    constraint agency_events_position foreign key (position) references journal_chain (position)
);

insert into agency_events (agency_code, position, entry_id)
select entry.agency_code, chain.position, chain.entry_id
from journal_chain chain
join journal_entries entry on entry.id = chain.entry_id
where entry.agency_code is not null and entry.subject like 'dossier:%' and entry.content ? 'version';

alter table agency_events enable row level security;
alter table agency_events force row level security;
create policy agency_events_of_the_acting on agency_events to portal_app using (agency_code = acting_agency());
create policy agency_events_for_jobs on agency_events to portal_worker using (true);

grant select on agency_events to portal_app;
grant select, insert on agency_events to portal_worker;
