-- Slips of one-stop offices: what each said when it was issued, and the file that it was printed to.

-- The forms that slips have had. Dates are data: a wrong one is mended by a row, and one that nobody has compared with the
-- circular says so and is not printed as law.
create table slip_templates (
    id         text not null,
    valid_from date not null,
    status     text not null,
    source     text not null,
    constraint slip_templates_pkey primary key (id),
    constraint slip_templates_from_once unique (valid_from),
    constraint slip_templates_status check (status in ('verified', 'unverified'))
);
insert into slip_templates (id, valid_from, status, source) values
    ('tt01-2018', '2018-11-23', 'unverified',
        'Thông tư 01/2018/TT-VPCP; the day is that of its signature as remembered, the layout follows public implementations'),
    ('tt03-2025', '2025-09-15', 'unverified',
        'Thông tư 03/2025/TT-VPCP of 15 September 2025, Phụ lục I; the day is that of its signature, the layout follows public implementations');

-- The running number of slips, per agency, year and kind. Taken inside the transaction that issues the slip, so that there
-- are no gaps; those who issue at once wait for each other.
create table slip_numbers (
    agency_code text    not null,
    year        integer not null,
    kind        text    not null,
    last        integer not null,
    constraint slip_numbers_pkey primary key (agency_code, year, kind)
);

create table slips (
    id               uuid        not null,
    dossier_id       uuid        not null,
    agency_code      text        not null,
    kind             text        not null,
    year             integer     not null,
    number           integer     not null,
    template         text        not null,
    verified         boolean     not null,       -- of the template, when the slip was issued
    data             jsonb       not null,
    issued_at        timestamptz not null,
    issued_by        text        not null,       -- account:… or client:…
    entry_id         uuid        not null,
    sha256           bytea,                      -- of the file, once it was printed for the first time
    printed_entry_id uuid,
    constraint slips_pkey primary key (id),
    constraint slips_number_once unique (agency_code, year, kind, number),
    constraint slips_kind check (kind in ('receipt', 'supplement', 'refusal', 'extension', 'stop', 'control')),
    constraint slips_printed check (num_nonnulls(sha256, printed_entry_id) in (0, 2)),
    constraint slips_dossier foreign key (dossier_id) references dossiers (id),
    constraint slips_template foreign key (template) references slip_templates (id),
    constraint slips_file foreign key (sha256) references files (sha256),
    constraint slips_entry foreign key (entry_id) references journal_entries (id),
    constraint slips_printed_entry foreign key (printed_entry_id) references journal_entries (id)
);
create index slips_dossier on slips (dossier_id, issued_at, id);
create index slips_file on slips (sha256) where sha256 is not null;

-- A slip that was handed out can't say something else afterwards, whoever asks for it: printed once, nothing more.
create function slips_stay() returns trigger
    language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.sha256 is not null
        or (to_jsonb(new) - 'sha256' - 'printed_entry_id') <> (to_jsonb(old) - 'sha256' - 'printed_entry_id')
    then
        raise exception 'a slip never changes once it is issued, nor its file once it is printed' using errcode = '23001';
    end if;
    return new;
end
$$;
create trigger slips_stay before update or delete on slips for each row execute function slips_stay();

alter table slips enable row level security;
alter table slips force row level security;

-- The control sheet is the agency's own.
create policy slips_are_seen on slips for select to portal_app
    using (
        agency_code = acting_agency()
        or (kind <> 'control' and exists (
            select from dossiers where dossiers.id = slips.dossier_id and dossiers.account_id = acting_account())));
create policy slips_are_issued on slips for insert to portal_app with check (agency_code = acting_agency());
create policy slips_are_printed on slips for update to portal_app
    using (
        agency_code = acting_agency()
        or (kind <> 'control' and exists (
            select from dossiers where dossiers.id = slips.dossier_id and dossiers.account_id = acting_account())));
create policy slips_for_jobs on slips to portal_worker using (true);

grant select on slip_templates to portal_app, portal_worker;
grant select, insert, update on slip_numbers to portal_app;
grant select, insert, update (sha256, printed_entry_id) on slips to portal_app;
grant select on slips to portal_worker;
