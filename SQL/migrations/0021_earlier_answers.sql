-- Answers that were taken over from an earlier dossier say which: `{field: code}`. A draft keeps it with its answers; here it
-- stays as it was submitted. Null where nothing was taken over.
alter table dossier_answers add column origins jsonb;

-- What a draft may take answers from: an account's dossiers of one procedure that an agency received, the newest first.
create index dossiers_account_received on dossiers (account_id, procedure_code, submitted_at desc, id desc)
    where received_at is not null and status <> 3;
