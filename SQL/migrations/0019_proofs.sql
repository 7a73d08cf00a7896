-- What lets anyone verify the journal and the results of dossiers: the hash tree over the journal, its signed heads, and
-- results with their signatures.

-- Complete subtrees of the tree of RFC 9162 over the entries' digests, from level 1 up: subtree `number` of `level` covers the
-- positions number * 2^level + 1 … (number + 1) * 2^level. Leaves are computed from the entries themselves.
create table journal_tree (
    level  bigint not null,
    number bigint not null,
    hash   bytea  not null,
    constraint journal_tree_pkey primary key (level, number),
    constraint journal_tree_level check (level between 1 and 62),
    constraint journal_tree_number check (number >= 0),
    constraint journal_tree_hash_length check (octet_length(hash) = 32)
);

-- Signed heads. Each names the one before, and only one may follow a head: the list can't fork.
create table journal_heads (
    size      bigint      not null,
    root      bytea       not null,
    previous  text,                             -- SHA-256 of the head before, in hex; null for the first
    signed_at timestamptz not null,
    key_id    text        not null,
    signature bytea       not null,
    constraint journal_heads_pkey primary key (size),
    constraint journal_heads_followed_once unique (previous),
    constraint journal_heads_size_positive check (size > 0),
    constraint journal_heads_root_length check (octet_length(root) = 32),
    constraint journal_heads_signature_length check (octet_length(signature) = 64)
);
create unique index journal_heads_begun_once on journal_heads ((previous is null)) where previous is null;

grant select on journal_tree, journal_heads to portal_app;
grant select, insert on journal_tree, journal_heads to portal_worker;

-- What a dossier led to: a document, kept as it is, with the agency's detached signature beside it.
create table results (
    id                  uuid        not null,
    dossier_id          uuid        not null,
    agency_code         text        not null,
    kind                text        not null,
    title               text        not null,
    number              text        not null,   -- under which the agency issued it; '' when it has none
    file_name           text        not null,
    sha256              bytea       not null,
    signature           bytea,                  -- CMS, DER; null where the operator allows unsigned results
    certificate_subject text,
    certificate_serial  text,
    code                text        not null,   -- unguessable, printed on the document as QR
    issued_at           timestamptz not null,
    issued_by           text        not null,   -- as actors in the journal
    entry_id            uuid        not null,
    revoked_at          timestamptz,
    revoked_by          text,
    revocation_reason   text,
    revocation_entry_id uuid,
    constraint results_pkey primary key (id),
    constraint results_code_once unique (code),
    constraint results_kind check (kind in ('granted', 'refused')),
    constraint results_signed_whole check (
        (signature is null) = (certificate_subject is null) and (signature is null) = (certificate_serial is null)),
    constraint results_revoked_whole check (
        (revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revocation_reason is null)
        and (revoked_at is null) = (revocation_entry_id is null)),
    constraint results_dossier foreign key (dossier_id) references dossiers (id),
    constraint results_agency foreign key (agency_code) references agencies (code),
    constraint results_file foreign key (sha256) references files (sha256),
    constraint results_entry foreign key (entry_id) references journal_entries (id),
    constraint results_revocation_entry foreign key (revocation_entry_id) references journal_entries (id)
);
create index results_dossier_time on results (dossier_id, issued_at, id);
create index results_file on results (sha256);

alter table results enable row level security;
alter table results force row level security;
create policy results_seen on results for select to portal_app
    using (exists (select from dossiers where dossiers.id = results.dossier_id));
create policy results_issued on results for insert to portal_app with check (agency_code = acting_agency());
create policy results_revoked on results for update to portal_app using (agency_code = acting_agency());
create policy results_for_jobs on results to portal_worker using (true);

grant select, insert on results to portal_app;
grant update (revoked_at, revoked_by, revocation_reason, revocation_entry_id) on results to portal_app;
grant select on results to portal_worker;

-- What anyone may learn with a result's code or the document itself: whether it is good and whose act it was. Nothing of
-- the applicant, neither name nor the dossier's code.
create function look_up_result(wanted_code text, wanted_sha256 bytea)
    returns table (
        code text, kind text, number text, sha256 bytea, issued_at timestamptz, is_signed boolean, revoked_at timestamptz,
        revocation_reason text, agency_code text, agency_name text, procedure_code text, procedure_name text,
        procedure_name_en text)
    language sql stable security definer set search_path = public, pg_temp as $$
    select r.code, r.kind, r.number, r.sha256, r.issued_at, r.signature is not null, r.revoked_at, r.revocation_reason,
        agency.code, agency.name, procedure.code, procedure.name, procedure.name_en
    from results r
    join dossiers d on d.id = r.dossier_id
    join agencies agency on agency.code = r.agency_code
    join procedures procedure on procedure.code = d.procedure_code
    where r.code = wanted_code or r.sha256 = wanted_sha256
    order by r.issued_at desc, r.id
    limit 1
$$;
grant create on schema public to portal_worker;
alter function look_up_result(text, bytea) owner to portal_worker;
revoke create on schema public from portal_worker;
revoke execute on function look_up_result(text, bytea) from public;
grant execute on function look_up_result(text, bytea) to portal_app;
