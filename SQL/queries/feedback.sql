-- Feedback: what was sent, who has it, what happened, and what was published of it. Every statement names for whom it
-- acts, although row-level security would hide the rest anyway: two walls.

-- name: feedback.rules :many
-- The limits in force on each day, newest first.
select valid_from, office, refuse_days, ask_days, forward_days, answer_days, publish_days, source
from feedback_rules
order by valid_from desc;

-- name: feedback.load_rule :exec
-- $1 valid from, $2 office, $3 refuse, $4 ask, $5 forward, $6 answer, $7 publish, $8 source
insert into feedback_rules (valid_from, office, refuse_days, ask_days, forward_days, answer_days, publish_days, source)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict on constraint feedback_rules_pkey do nothing;

-- name: feedback.allocate :one
-- The next running number of a day, committed on its own as those of dossiers are. $1 day
insert into feedback_numbers (day, last) values ($1, 1)
on conflict on constraint feedback_numbers_pkey do update set last = feedback_numbers.last + 1
returning last;

-- name: feedback.code_of :optional
-- The code of what was sent with an id. $1 id, $2 digest of the tracking word
select code from feedback where id = $1 and tracking_hash = $2;

-- name: feedback.send :exec
-- $1 id, $2 code, $3 kind, $4 about, $5 topic, $6 procedure, $7 dossier, $8 text, $9 account, $10 name, $11 address,
-- $12 phone, $13 e-mail, $14 digest of the tracking word, $15 agency, $16 now, $17 due
insert into feedback (id, code, kind, about, topic, procedure_code, dossier_code, body, account_id, author_name,
    author_address, author_phone, author_email, tracking_hash, agency_code, state, is_open, sent_at, clock_from, due_on,
    version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'new', true, $16, $16, $17, 1);

-- name: feedback.find :optional
-- One as its agency or its author sees it. $1 code, $2 agency, $3 account, $4 digest of the tracking word; null: not by that
select item.id as id, item.code as code, item.kind as kind, item.about as about, item.topic as topic,
    item.procedure_code as procedure_code, item.dossier_code as dossier_code, item.body as body,
    item.account_id as account_id, item.author_name as author_name, item.author_address as author_address,
    item.author_phone as author_phone, item.author_email as author_email, item.agency_code as agency_code,
    agency.name as agency_name, item.from_agency as from_agency, item.state as state, item.sent_at as sent_at,
    item.clock_from as clock_from, item.due_on as due_on, item.was_asked as was_asked, item.is_late as is_late,
    item.answered_at as answered_at, item.version as version
from feedback item
join agencies agency on agency.code = item.agency_code
where item.code = $1 and (item.agency_code = $2 or item.account_id = $3 or item.tracking_hash = $4);

-- name: feedback.lock :optional
-- The same, held until the transaction ends. $1 code, $2 agency, $3 account, $4 digest of the tracking word
select item.id as id, item.code as code, item.kind as kind, item.about as about, item.topic as topic,
    item.procedure_code as procedure_code, item.dossier_code as dossier_code, item.body as body,
    item.account_id as account_id, item.author_name as author_name, item.author_address as author_address,
    item.author_phone as author_phone, item.author_email as author_email, item.agency_code as agency_code,
    agency.name as agency_name, item.from_agency as from_agency, item.state as state, item.sent_at as sent_at,
    item.clock_from as clock_from, item.due_on as due_on, item.was_asked as was_asked, item.is_late as is_late,
    item.answered_at as answered_at, item.version as version
from feedback item
join agencies agency on agency.code = item.agency_code
where item.code = $1 and (item.agency_code = $2 or item.account_id = $3 or item.tracking_hash = $4)
for update of item;

-- name: feedback.move :exec
-- $1 id, $2 state, $3 still open, $4 agency, $5 transferred by, $6 clock from, $7 due, $8 asked, $9 late, $10 answered,
-- $11 version
update feedback
set state = $2, is_open = $3, agency_code = $4, from_agency = $5, clock_from = $6, due_on = $7, was_asked = $8,
    is_late = $9, answered_at = $10, version = $11
where id = $1;

-- name: feedback.event :exec
-- $1 feedback, $2 sequence, $3 act, $4 state, $5 agency that had it, $6 agency it went to, $7 by its author, $8 words,
-- $9 last day, $10 in time, $11 now, $12 journal entry
insert into feedback_events (feedback_id, sequence, act, state, agency_code, target_agency, is_authors, note, due_on,
    in_time, occurred_at, entry_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: feedback.add_file :exec
-- $1 id, $2 feedback, $3 sequence of the event, $4 SHA-256, $5 name
insert into feedback_files (id, feedback_id, sequence, sha256, name) values ($1, $2, $3, $4, $5);

-- name: feedback.events :many
-- $1 code
select event.sequence as sequence, event.act as act, event.state as state, event.agency_code as agency_code,
    agency.name as agency_name, event.target_agency as target_agency, target.name as target_name,
    event.is_authors as is_authors, event.note as note, event.due_on as due_on, event.in_time as in_time,
    event.occurred_at as occurred_at
from feedback item
join feedback_events event on event.feedback_id = item.id
join agencies agency on agency.code = event.agency_code
left join agencies target on target.code = event.target_agency
where item.code = $1
order by event.sequence;

-- name: feedback.files :many
-- $1 code
select named.id as id, named.sequence as sequence, named.sha256 as sha256, named.name as name, file.size as size,
    file.media_type as media_type
from feedback item
join feedback_files named on named.feedback_id = item.id
join files file on file.sha256 = named.sha256
where item.code = $1
order by named.sequence, named.id;

-- name: feedback.at_agency :many
-- What an agency has open, the longest waiting first. $1 agency, $2 states, $3 due before (null = whenever), $4 clock after,
-- $5 and with a greater id, $6 how many
select item.id as id, item.code as code, item.kind as kind, item.topic as topic, item.body as body,
    item.author_name as author_name, item.agency_code as agency_code, agency.name as agency_name, item.state as state,
    item.sent_at as sent_at, item.clock_from as clock_from, item.due_on as due_on
from feedback item
join agencies agency on agency.code = item.agency_code
where item.agency_code = $1 and item.is_open and item.state = any($2) and ($3::date is null or item.due_on < $3)
    and (item.clock_from, item.id) > ($4, $5)
order by item.clock_from, item.id
limit $6;

-- name: feedback.closed_at_agency :many
-- What an agency is done with, newest first. $1 agency, $2 clock before, $3 and with a smaller id, $4 how many
select item.id as id, item.code as code, item.kind as kind, item.topic as topic, item.body as body,
    item.author_name as author_name, item.agency_code as agency_code, agency.name as agency_name, item.state as state,
    item.sent_at as sent_at, item.clock_from as clock_from, item.due_on as due_on
from feedback item
join agencies agency on agency.code = item.agency_code
where item.agency_code = $1 and not item.is_open and (item.clock_from, item.id) < ($2, $3)
order by item.clock_from desc, item.id desc
limit $4;

-- name: feedback.of_account :many
-- What an account sent, newest first. $1 account, $2 sent before, $3 and with a smaller id, $4 how many
select item.id as id, item.code as code, item.kind as kind, item.topic as topic, item.body as body,
    item.author_name as author_name, item.agency_code as agency_code, agency.name as agency_name, item.state as state,
    item.sent_at as sent_at, item.clock_from as clock_from, item.due_on as due_on
from feedback item
join agencies agency on agency.code = item.agency_code
where item.account_id = $1 and (item.sent_at, item.id) < ($2, $3)
order by item.sent_at desc, item.id desc
limit $4;

-- name: feedback.counters :many
-- How much an agency has open, by state, and how much of it is overdue; of the first two thousand. $1 agency, $2 today
select state, count(*) as count, count(*) filter (where due_on < $2) as late
from (select state, due_on from feedback where agency_code = $1 and is_open limit 2000) as item
group by state
order by state;

-- name: feedback.count :exec
-- Adds to the figures of an agency's month. $1 agency, $2 first day of the month, $3 received, $4 handled, $5 late,
-- $6 answered, $7 unsatisfied, $8 likes, $9 dislikes
insert into feedback_figures as figure (agency_code, month, received, handled, late, answered, unsatisfied, likes, dislikes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict on constraint feedback_figures_pkey do update
set received = figure.received + $3, handled = figure.handled + $4, late = figure.late + $5,
    answered = figure.answered + $6, unsatisfied = figure.unsatisfied + $7, likes = figure.likes + $8,
    dislikes = figure.dislikes + $9;

-- name: feedback.count_more :exec
-- The same to a month that has figures. $1 agency, $2 first day of the month, $3 received, $4 handled, $5 late,
-- $6 answered, $7 unsatisfied, $8 likes, $9 dislikes
update feedback_figures
set received = received + $3, handled = handled + $4, late = late + $5, answered = answered + $6,
    unsatisfied = unsatisfied + $7, likes = likes + $8, dislikes = dislikes + $9
where agency_code = $1 and month = $2;

-- name: feedback.figures :one
-- An agency's figures of several months. $1 agency, $2 from month, $3 before month
select coalesce(sum(received), 0)::bigint as received, coalesce(sum(handled), 0)::bigint as handled,
    coalesce(sum(late), 0)::bigint as late, coalesce(sum(answered), 0)::bigint as answered,
    coalesce(sum(unsatisfied), 0)::bigint as unsatisfied, coalesce(sum(likes), 0)::bigint as likes,
    coalesce(sum(dislikes), 0)::bigint as dislikes
from feedback_figures
where agency_code = $1 and month >= $2 and month < $3;

-- name: feedback.publish :exec
-- $1 feedback, $2 code, $3 agency, $4 kind, $5 about, $6 topic, $7 procedure, $8 question, $9 answer, $10 sent, $11 answered, $12 now,
-- $13 late
insert into published_feedback (feedback_id, code, agency_code, kind, about, topic, procedure_code, question, answer, sent_at,
    answered_at, published_at, is_late)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: feedback.published :many
-- Newest first. $1 agency ('' = any), $2 published before, $3 and with a smaller id, $4 how many
select item.feedback_id as id, item.code as code, item.agency_code as agency_code, agency.name as agency_name,
    item.kind as kind, item.about as about, item.topic as topic, item.procedure_code as procedure_code,
    item.question as question, item.answer as answer, item.sent_at as sent_at, item.answered_at as answered_at,
    item.published_at as published_at, item.is_late as is_late, item.likes as likes, item.dislikes as dislikes
from published_feedback item
join agencies agency on agency.code = item.agency_code
where ($1 = '' or item.agency_code = $1) and (item.published_at, item.feedback_id) < ($2, $3)
order by item.published_at desc, item.feedback_id desc
limit $4;

-- name: feedback.search :many
-- The same with words that begin with all of these: a statement of its own, so that it goes through the index of words.
-- $1 beginnings of words, folded, as a query of text search, $2 agency ('' = any), $3 published before, $4 and with a
-- smaller id, $5 how many
select item.feedback_id as id, item.code as code, item.agency_code as agency_code, agency.name as agency_name,
    item.kind as kind, item.about as about, item.topic as topic, item.procedure_code as procedure_code,
    item.question as question, item.answer as answer, item.sent_at as sent_at, item.answered_at as answered_at,
    item.published_at as published_at, item.is_late as is_late, item.likes as likes, item.dislikes as dislikes
from published_feedback item
join agencies agency on agency.code = item.agency_code
where item.words @@ to_tsquery('simple', $1) and ($2 = '' or item.agency_code = $2)
    and (item.published_at, item.feedback_id) < ($3, $4)
order by item.published_at desc, item.feedback_id desc
limit $5;

-- name: feedback.published_one :optional
-- $1 code
select item.feedback_id as id, item.code as code, item.agency_code as agency_code, agency.name as agency_name,
    item.kind as kind, item.about as about, item.topic as topic, item.procedure_code as procedure_code,
    item.question as question, item.answer as answer, item.sent_at as sent_at, item.answered_at as answered_at,
    item.published_at as published_at, item.is_late as is_late, item.likes as likes, item.dislikes as dislikes
from published_feedback item
join agencies agency on agency.code = item.agency_code
where item.code = $1;

-- name: feedback.lock_published :optional
-- Counts about to change, held until the transaction ends. $1 code
select feedback_id as id, agency_code, answered_at, is_late, likes, dislikes
from published_feedback
where code = $1
for update;

-- name: feedback.reaction :optional
-- What an account thinks of an answer. $1 feedback, $2 account
select likes from feedback_reactions where feedback_id = $1 and account_id = $2;

-- name: feedback.react :exec
-- $1 feedback, $2 account, $3 likes it, $4 now
insert into feedback_reactions (feedback_id, account_id, likes, reacted_at) values ($1, $2, $3, $4)
on conflict on constraint feedback_reactions_pkey do update set likes = excluded.likes, reacted_at = excluded.reacted_at;

-- name: feedback.set_reactions :exec
-- $1 feedback, $2 likes, $3 dislikes
update published_feedback set likes = $2, dislikes = $3 where feedback_id = $1;

-- name: feedback.disagreeing :many
-- What says something else than the journal: events, and where feedback stands. $1 how many
select event.feedback_id as feedback_id, event.sequence as sequence, event.entry_id as entry_id
from feedback_events event
join journal_entries entry on entry.id = event.entry_id
left join feedback item on item.id = event.feedback_id and item.version = event.sequence
where entry.content ->> 'state' is distinct from event.state
    or entry.content ->> 'act' is distinct from event.act
    or (entry.content ->> 'version')::int is distinct from event.sequence
    or entry.content ->> 'target' is distinct from event.target_agency
    or (entry.content ->> 'in_time')::bool is distinct from event.in_time
    or entry.subject <> 'feedback:' || event.feedback_id::text
    or entry.content ->> 'note_sha256' is distinct from encode(sha256(convert_to(coalesce(event.note, ''), 'UTF8')), 'hex')
    or (item.id is not null and item.state is distinct from event.state)
    or (event.sequence = 1 and entry.content ->> 'body_sha256' is distinct from (
        select encode(sha256(convert_to(sent.body, 'UTF8')), 'hex') from feedback sent where sent.id = event.feedback_id))
order by event.occurred_at
limit $1;
