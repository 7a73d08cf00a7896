-- What officers do: units that hold dossiers, templates of results, systems among those who looked.

-- What a unit has, by when it is due: the digest of an officer of that unit walks it.
create index dossiers_unit_due on dossiers (agency_code, unit_id, due_at) where finished_at is null;

-- Hours of agencies are edited at the desk, and what is open there is counted again.
grant insert, delete on agency_hours, agency_days to portal_app;
alter table calendar_recounts add column agency_code text;       -- null: every agency's dossiers
alter table calendar_recounts add constraint calendar_recounts_agency foreign key (agency_code) references agencies (code);

-- Forms of results that the portal makes itself. As with slips: dated rows, and one that nobody has compared with its source
-- says so.
create table result_templates (
    id         text not null,
    valid_from date not null,
    status     text not null,
    source     text not null,
    constraint result_templates_pkey primary key (id),
    constraint result_templates_from_once unique (valid_from),
    constraint result_templates_status check (status in ('verified', 'unverified'))
);
insert into result_templates (id, valid_from, status, source) values
    ('nd30-2020', '2020-03-05', 'unverified',
        'Nghị định 30/2020/NĐ-CP of 5 March 2020, Phụ lục I (form of administrative documents); laid out from memory of it');
grant select on result_templates to portal_app, portal_worker;
alter table results add column template text;                    -- null: uploaded as it is
alter table results add constraint results_template foreign key (template) references result_templates (id);
