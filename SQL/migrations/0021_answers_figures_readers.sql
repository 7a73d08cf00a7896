-- Answers that were taken over from an earlier dossier say which: `{field: code}`. A draft keeps it with its answers; here it
-- stays as it was submitted. Null where nothing was taken over.
alter table dossier_answers add column origins jsonb;

-- What a draft may take answers from: an account's dossiers of one procedure that an agency received, the newest first.
create index dossiers_account_received on dossiers (account_id, procedure_code, submitted_at desc, id desc)
    where received_at is not null and status <> 3;

-- The figures of the national index are counted by agency and month, over an index that holds all that is read.
alter table dossier_clocks add column agency_code text, add column finished_at timestamptz;
-- Forced, row-level security would hide the rows from their owner too.
alter table dossiers no force row level security;
alter table dossier_clocks no force row level security;
update dossier_clocks clock set agency_code = dossier.agency_code, finished_at = dossier.finished_at
from dossiers dossier
where dossier.id = clock.dossier_id and clock.on_time is not null;
alter table dossiers force row level security;
alter table dossier_clocks force row level security;
create index dossier_clocks_finished on dossier_clocks (finished_at) include (agency_code, on_time) where on_time is not null;

alter table agency_performance
    add column indexed bigint not null default 0,
    add column index_on_time bigint not null default 0,
    add constraint agency_performance_index_share check (index_on_time between 0 and indexed);

-- Who sent feedback without an account is told too, by mail to the address that they gave with it. Like an account's, the
-- address stays where it is and is read when a message is sent.
alter table notices
    alter column account_id drop not null,
    add column feedback_id uuid,
    add constraint notices_feedback foreign key (feedback_id) references feedback (id),
    add constraint notices_one_reader check (num_nonnulls(account_id, feedback_id) = 1);
