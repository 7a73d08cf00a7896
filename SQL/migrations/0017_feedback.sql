-- Feedback on administrative rules and on officials' conduct (NĐ 20/2008/NĐ-CP), with clocks of its own.

-- The limits by which an agency's handling is measured, and who takes what was sent to no agency in particular. Dated, and
-- no law: the newest row not after a day applies to what began on that day.
create table feedback_rules (
    valid_from   date    not null,
    office       text    not null,              -- the agency that passes on what names no agency
    refuse_days  integer not null,              -- working days: to refuse it or send it back
    ask_days     integer not null,              -- to ask for more for the first time
    forward_days integer not null,              -- to forward it to the competent agency
    answer_days  integer not null,              -- to answer
    publish_days integer not null,              -- to publish, counted from the answer
    source       text    not null,
    constraint feedback_rules_pkey primary key (valid_from),
    constraint feedback_rules_office foreign key (office) references agencies (code),
    constraint feedback_rules_positive check (least(refuse_days, ask_days, forward_days, answer_days, publish_days) > 0)
);

create table feedback (
    id             uuid        not null,
    code           text        not null,
    kind           text        not null,        -- reflection (phản ánh) or proposal (kiến nghị)
    about          text        not null,        -- rules, or conduct of officials
    topic          text        not null,
    procedure_code text,                        -- as the author gave it: a reference and nothing more
    dossier_code   text,
    body           text        not null,
    account_id     uuid,                        -- null: sent without signing in
    author_name    text        not null,
    author_address text        not null,
    author_phone   text        not null,
    author_email   text,
    tracking_hash  bytea       not null,        -- SHA-256 of the word that only its author was shown
    agency_code    text        not null,        -- who has it now
    from_agency    text,                        -- who transferred it there
    state          text        not null,
    is_open        boolean     not null,
    sent_at        timestamptz not null,
    clock_from     timestamptz not null,        -- sent, transferred or supplemented last
    due_on         date,                        -- the last day for what its agency owes next; null: nothing
    was_asked      boolean     not null default false,  -- by the agency that has it now
    is_late        boolean     not null default false,  -- an act of the agency that has it now came too late
    answered_at    timestamptz,
    version        integer     not null,
    constraint feedback_pkey primary key (id),
    constraint feedback_code_once unique (code),
    constraint feedback_word_once unique (tracking_hash),
    constraint feedback_hash_length check (octet_length(tracking_hash) = 32),
    constraint feedback_kind check (kind in ('reflection', 'proposal')),
    constraint feedback_about check (about in ('rules', 'conduct')),
    constraint feedback_state check (state in ('new', 'forwarded', 'accepted', 'asked', 'supplemented', 'answered',
        'refused', 'published', 'withheld', 'withdrawn')),
    constraint feedback_open check (is_open = (state in ('new', 'forwarded', 'accepted', 'asked', 'supplemented', 'answered'))),
    constraint feedback_account foreign key (account_id) references accounts (id),
    constraint feedback_agency foreign key (agency_code) references agencies (code),
    constraint feedback_from_agency foreign key (from_agency) references agencies (code)
);
create index feedback_agency_time on feedback (agency_code, is_open, clock_from, id);
create index feedback_account_time on feedback (account_id, sent_at desc, id desc);

-- Everything that happened to it, never altered; the words of an act are what its author is told.
create table feedback_events (
    feedback_id   uuid        not null,
    sequence      integer     not null,
    act           text        not null,
    state         text        not null,
    agency_code   text        not null,         -- who had it
    target_agency text,                         -- who has it now, when it was transferred
    is_authors    boolean     not null,
    note          text,
    due_on        date,                         -- the last day for this act, where it has one
    in_time       boolean,                      -- whether it was kept; null: it has no limit
    occurred_at   timestamptz not null,
    entry_id      uuid        not null,
    constraint feedback_events_pkey primary key (feedback_id, sequence),
    constraint feedback_events_feedback foreign key (feedback_id) references feedback (id),
    constraint feedback_events_entry foreign key (entry_id) references journal_entries (id)
);

create table feedback_files (
    id          uuid        not null,
    feedback_id uuid        not null,
    sequence    integer     not null,           -- of the event that it came with
    sha256      bytea       not null,
    name        text        not null,
    constraint feedback_files_pkey primary key (id),
    constraint feedback_files_feedback foreign key (feedback_id) references feedback (id),
    constraint feedback_files_file foreign key (sha256) references files (sha256)
);
create index feedback_files_owner on feedback_files (feedback_id, sequence, id);
create index feedback_files_file on feedback_files (sha256);

create table feedback_numbers (
    day  date    not null,
    last integer not null,
    constraint feedback_numbers_pkey primary key (day)
);

-- What everybody may read: the wording that an officer made of question and answer, without personal data. A table of its
-- own, so that no page for everybody reads from where names stand.
create table published_feedback (
    feedback_id  uuid        not null,
    code         text        not null,
    agency_code  text        not null,
    kind         text        not null,
    about        text        not null,
    topic        text        not null,
    procedure_code text,
    question     text        not null,
    answer       text        not null,
    sent_at      timestamptz not null,
    answered_at  timestamptz not null,
    published_at timestamptz not null,
    is_late      boolean     not null,
    likes        integer     not null default 0,
    dislikes     integer     not null default 0,
    -- Runs of letters and digits without accents, so that words are found by how they begin and in any spelling.
    words        tsvector generated always as (to_tsvector('simple'::regconfig,
        regexp_replace(vn_fold(question || ' ' || answer), '[^[:alnum:]]+', ' ', 'g'))) stored,
    constraint published_feedback_pkey primary key (feedback_id),
    constraint published_feedback_code_once unique (code),
    constraint published_feedback_feedback foreign key (feedback_id) references feedback (id),
    constraint published_feedback_agency foreign key (agency_code) references agencies (code),
    constraint published_feedback_counts check (likes >= 0 and dislikes >= 0)
);
create index published_feedback_time on published_feedback (published_at desc, feedback_id desc);
create index published_feedback_agency_time on published_feedback (agency_code, published_at desc, feedback_id desc);
create index published_feedback_words on published_feedback using gin (words);

-- One opinion of an answer for each person who signs in.
create table feedback_reactions (
    feedback_id uuid        not null,
    account_id  uuid        not null,
    likes       boolean     not null,
    reacted_at  timestamptz not null,
    constraint feedback_reactions_pkey primary key (feedback_id, account_id),
    constraint feedback_reactions_feedback foreign key (feedback_id) references published_feedback (feedback_id),
    constraint feedback_reactions_account foreign key (account_id) references accounts (id)
);

-- What each agency received and how it handled it, counted as it happens: received by the month in which it came, all else
-- by the month in which the agency was done with it.
create table feedback_figures (
    agency_code text   not null,
    month       date   not null,
    received    bigint not null,
    handled     bigint not null,
    late        bigint not null,                -- of those handled: an act came after its last day
    answered    bigint not null,
    unsatisfied bigint not null,                -- of those answered: late, or disliked by more than liked it
    likes       bigint not null,
    dislikes    bigint not null,
    constraint feedback_figures_pkey primary key (agency_code, month),
    constraint feedback_figures_agency foreign key (agency_code) references agencies (code),
    constraint feedback_figures_month check (extract(day from month) = 1),
    constraint feedback_figures_sane check (
        least(received, handled, late, answered, unsatisfied, likes, dislikes) >= 0 and late <= handled
        and answered <= handled and unsatisfied <= answered)
);

-- Whoever has the word that was shown once with the code is the author, signed in or not.
create function acting_tracking() returns bytea language sql stable parallel safe
    return decode(nullif(current_setting('portal.tracking', true), ''), 'hex');

alter table feedback enable row level security;
alter table feedback force row level security;
alter table feedback_events enable row level security;
alter table feedback_events force row level security;
alter table feedback_files enable row level security;
alter table feedback_files force row level security;
alter table feedback_reactions enable row level security;
alter table feedback_reactions force row level security;

-- An update must leave a row that its writer may still see: who transferred it sees it until the next transfer. The
-- statements ask for the agency that has it.
create policy feedback_of_the_acting on feedback for select to portal_app
    using (agency_code = acting_agency() or from_agency = acting_agency() or account_id = acting_account()
        or tracking_hash = acting_tracking());
create policy feedback_sent_by_the_acting on feedback for insert to portal_app
    with check (tracking_hash = acting_tracking() and account_id is not distinct from acting_account());
create policy feedback_moved_by_the_acting on feedback for update to portal_app
    using (agency_code = acting_agency() or account_id = acting_account() or tracking_hash = acting_tracking())
    with check (true);
create policy feedback_events_of_the_acting on feedback_events to portal_app
    using (exists (select from feedback where feedback.id = feedback_events.feedback_id));
create policy feedback_files_of_the_acting on feedback_files to portal_app
    using (exists (select from feedback where feedback.id = feedback_files.feedback_id));
create policy feedback_reactions_of_the_acting on feedback_reactions to portal_app
    using (account_id = acting_account());

create policy feedback_for_jobs on feedback to portal_worker using (true);
create policy feedback_events_for_jobs on feedback_events to portal_worker using (true);
create policy feedback_files_for_jobs on feedback_files to portal_worker using (true);
create policy feedback_reactions_for_jobs on feedback_reactions to portal_worker using (true);

grant select on feedback_rules to portal_app, portal_worker;
grant select, insert, update on feedback, published_feedback, feedback_figures, feedback_numbers to portal_app;
grant select, insert, update on feedback_reactions to portal_app;
grant select, insert on feedback_events, feedback_files to portal_app;
grant select on feedback, feedback_events, feedback_files, feedback_reactions, published_feedback, feedback_figures
    to portal_worker;
