-- Receipts of submissions.

-- name: receipts.entry :optional
-- The journal entry of a submission; none for a dossier filed elsewhere. $1 code, $2 account
select event.entry_id
from dossiers dossier
join dossier_events event on event.dossier_id = dossier.id and event.sequence = 1
where dossier.code = $1 and dossier.account_id = $2 and dossier.origin = 'portal';
