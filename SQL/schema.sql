CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

COMMENT ON EXTENSION unaccent IS 'text search dictionary that removes accents';

CREATE DOMAIN public.working_week AS text
	CONSTRAINT working_week_form CHECK ((VALUE ~ '^(([0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2},?)*;){6}([0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2},?)*$'::text));

CREATE FUNCTION public.acting_account() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('portal.account'::text, true), ''::text))::uuid;

CREATE FUNCTION public.acting_agency() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('portal.agency'::text, true), ''::text);

CREATE FUNCTION public.acting_covers(procedure text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE(("left"(procedure, 8) = ANY (string_to_array(NULLIF(current_setting('portal.procedures'::text, true), ''::text), ','::text))), true);

CREATE FUNCTION public.acting_tracking() RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN decode(NULLIF(current_setting('portal.tracking'::text, true), ''::text), 'hex'::text);

CREATE FUNCTION public.catalogue_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('portal_catalogue', '');
    return null;
end
$$;

CREATE FUNCTION public.count_dossiers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    if tg_op = 'INSERT' then
        insert into dossier_count_changes (agency_code, status, day, change)
        select agency_code, status, (submitted_at at time zone interval '07:00')::date, count(*) from made group by 1, 2, 3;
    else
        insert into dossier_count_changes (agency_code, status, day, change)
        select agency_code, status, (submitted_at at time zone interval '07:00')::date, sum(change)
        from (select agency_code, status, submitted_at, 1 as change from made
            union all select agency_code, status, submitted_at, -1 from gone) as moved
        group by 1, 2, 3 having sum(change) <> 0;
    end if;
    return null;
end
$$;

CREATE FUNCTION public.look_up_result(wanted_code text, wanted_sha256 bytea) RETURNS TABLE(code text, kind text, number text, sha256 bytea, issued_at timestamp with time zone, is_signed boolean, revoked_at timestamp with time zone, revocation_reason text, agency_code text, agency_name text, procedure_code text, procedure_name text, procedure_name_en text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.make_months(since timestamp with time zone, months integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET lock_timeout TO '2s'
    AS $$
declare
    first timestamptz := date_trunc('month', since, 'Asia/Ho_Chi_Minh');
    month timestamptz;
    next timestamptz;
    name text;
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('make_months'));
    for number in 0 .. months - 1 loop
        month := (first at time zone 'Asia/Ho_Chi_Minh' + number * interval '1 month') at time zone 'Asia/Ho_Chi_Minh';
        next := (month at time zone 'Asia/Ho_Chi_Minh' + interval '1 month') at time zone 'Asia/Ho_Chi_Minh';
        name := 'agency_events_' || to_char(month at time zone 'Asia/Ho_Chi_Minh', 'YYYY_MM');
        continue when to_regclass(name) is not null;
        -- Attached when it is full, so that nobody waits for it.
        execute format('create table %I (like agency_events including all)', name);
        lock table agency_events_unplaced in access exclusive mode;
        execute format('with moved as (delete from agency_events_unplaced where recorded_at >= %L and recorded_at < %L returning *)
            insert into %I select * from moved', month, next, name);
        execute format('alter table agency_events attach partition %I for values from (%L) to (%L)', name, month, next);
        made := made + 1;
    end loop;
    return made;
end
$$;

CREATE FUNCTION public.mandates_answered() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if old.revoked_at is not null then
        raise exception 'a mandate that has ended is changed no more' using errcode = 'integrity_constraint_violation';
    end if;
    if new.agent_id is distinct from old.agent_id
        and (old.agent_id is not null or new.agent_id is distinct from acting_account()) then
        raise exception 'a mandate is accepted by the agent' using errcode = 'integrity_constraint_violation';
    end if;
    if new.revoked_by is distinct from acting_account() and new.revoked_by is not null then
        raise exception 'a mandate is revoked in one''s own name' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

CREATE FUNCTION public.notices_count_unread() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    if tg_op = 'INSERT' then
        update accounts set unread_notices = unread_notices + counted.unread
        from (select account_id, count(*) as unread from added where read_at is null group by account_id) as counted
        where accounts.id = counted.account_id;
    elsif tg_op = 'UPDATE' then
        update accounts set unread_notices = greatest(0, unread_notices - counted.read)
        from (
            select removed.account_id, count(*) as read
            from removed join added on added.id = removed.id
            where removed.read_at is null and added.read_at is not null
            group by removed.account_id
        ) as counted
        where accounts.id = counted.account_id;
    else
        update accounts set unread_notices = greatest(0, unread_notices - counted.unread)
        from (select account_id, count(*) as unread from removed where read_at is null group by account_id) as counted
        where accounts.id = counted.account_id;
    end if;
    return null;
end
$$;

CREATE FUNCTION public.principal_of(wanted uuid, agent uuid, today date) RETURNS TABLE(id uuid, kind text, login text, name text, procedures text[])
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select principal.id, principal.kind, principal.login, principal.name, mandate.procedures
    from mandates mandate
    join accounts principal on principal.id = mandate.principal_id
    where mandate.id = wanted and mandate.agent_id = agent and mandate.revoked_at is null
        and today between mandate.valid_from and mandate.valid_until and principal.disabled_at is null
$$;

CREATE FUNCTION public.procedure_revisions_name_templates() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
begin
    if tg_op = 'UPDATE' then
        if new.facts -> 'documents' is not distinct from old.facts -> 'documents' then
            return null;
        end if;
        delete from revision_templates where revision_id = new.id;
    end if;
    insert into revision_templates (revision_id, sha256)
    select distinct new.id, decode(named #>> '{}', 'hex')
    from jsonb_path_query(new.facts, 'lax $.documents[*].items[*].templates[*].sha256') as named;
    return null;
end
$_$;

CREATE FUNCTION public.procedure_revisions_refuse_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if old.state <> 'draft' then
        raise exception 'only a draft can be discarded' using errcode = 'check_violation';
    end if;
    return old;
end
$$;

CREATE FUNCTION public.procedure_revisions_refuse_edit() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if old.state <> 'draft' and (new.facts, new.form, new.number, new.procedure_code)
        is distinct from (old.facts, old.form, old.number, old.procedure_code) then
        raise exception 'a revision is only edited as a draft' using errcode = 'check_violation';
    end if;
    if old.state in ('published', 'retired') and new.published_at is distinct from old.published_at then
        raise exception 'a published revision is never edited: publish a new one' using errcode = 'check_violation';
    end if;
    if old.state = 'retired' and new.state <> 'retired' or old.state = 'published' and new.state not in ('published', 'retired') then
        raise exception 'a published revision never becomes unpublished' using errcode = 'check_violation';
    end if;
    return new;
end
$$;

CREATE FUNCTION public.procedure_revisions_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if exists (select from touched where state in ('published', 'retired')) then
        perform pg_notify('portal_catalogue', '');
    end if;
    return null;
end
$$;

CREATE FUNCTION public.revision_usage(wanted text) RETURNS TABLE(revision_id uuid, drafts bigint, running bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select usage.revision_id, sum(usage.drafts)::bigint, sum(usage.running)::bigint
    from (
        select d.revision_id, count(*) as drafts, 0 as running from drafts d
        where d.procedure_code = wanted group by d.revision_id
        union all
        select d.revision_id, 0, count(*) from dossiers d
        where d.procedure_code = wanted and d.status not in (3, 7, 10) group by d.revision_id
    ) as usage
    group by usage.revision_id
$$;

CREATE FUNCTION public.slips_stay() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if tg_op = 'DELETE' or old.sha256 is not null
        or (to_jsonb(new) - 'sha256' - 'printed_entry_id') <> (to_jsonb(old) - 'sha256' - 'printed_entry_id')
    then
        raise exception 'a slip never changes once it is issued, nor its file once it is printed' using errcode = '23001';
    end if;
    return new;
end
$$;

CREATE FUNCTION public.track_dossier(wanted_code text, digits text) RETURNS TABLE(status smallint, due_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select d.status, d.due_at from dossiers d where d.code = wanted_code and d.tracking_digits = digits
$$;

CREATE FUNCTION public.vn_fold(input text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(public.unaccent('public.unaccent'::regdictionary, NORMALIZE(input, NFC))), 'y'::text, 'i'::text);

CREATE TABLE public.access_tokens (
    token_hash bytea NOT NULL,
    client_id text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    certificate_sha256 bytea
);

CREATE TABLE public.accounts (
    id uuid NOT NULL,
    kind text NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    date_of_birth date,
    sex text,
    phone text,
    email text,
    address text,
    representative_name text,
    representative_number text,
    agency_code text,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    "national" boolean DEFAULT false NOT NULL,
    language text DEFAULT 'vi'::text NOT NULL,
    notify_email boolean DEFAULT true NOT NULL,
    notify_sms boolean DEFAULT false NOT NULL,
    unread_notices integer DEFAULT 0 NOT NULL,
    CONSTRAINT accounts_kind CHECK ((kind = ANY (ARRAY['citizen'::text, 'business'::text, 'officer'::text, 'publisher'::text]))),
    CONSTRAINT accounts_language CHECK ((language = ANY (ARRAY['vi'::text, 'en'::text]))),
    CONSTRAINT accounts_staff_belong_to_an_agency CHECK (((kind = ANY (ARRAY['officer'::text, 'publisher'::text])) = (agency_code IS NOT NULL))),
    CONSTRAINT accounts_unread CHECK ((unread_notices >= 0))
);

CREATE TABLE public.agencies (
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    parent_code text,
    province_code text,
    ward_code text,
    valid_from date NOT NULL,
    valid_to date,
    successor_name text,
    code_status text NOT NULL,
    folded text GENERATED ALWAYS AS (public.vn_fold((((' '::text || code) || ' '::text) || name))) STORED,
    is_sandbox boolean DEFAULT false NOT NULL,
    CONSTRAINT agencies_code_form CHECK ((code ~ '^[0-9A-Z.]{1,35}$'::text)),
    CONSTRAINT agencies_code_status CHECK ((code_status = ANY (ARRAY['verified'::text, 'unverified'::text, 'provisional'::text])))
);

CREATE TABLE public.agency_days (
    agency_code text NOT NULL,
    day date NOT NULL,
    hours text NOT NULL,
    source text NOT NULL
);

CREATE TABLE public.agency_events (
    agency_code text NOT NULL,
    "position" bigint NOT NULL,
    entry_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE ONLY public.agency_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agency_events_unplaced (
    agency_code text NOT NULL,
    "position" bigint NOT NULL,
    entry_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.agency_files (
    agency_code text NOT NULL,
    sha256 bytea NOT NULL,
    sent_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.agency_files FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agency_flags (
    agency_code text NOT NULL,
    day date NOT NULL,
    flag text NOT NULL,
    count integer NOT NULL,
    CONSTRAINT agency_flags_count CHECK ((count > 0))
);

ALTER TABLE ONLY public.agency_flags FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agency_hours (
    agency_code text NOT NULL,
    valid_from date NOT NULL,
    week public.working_week NOT NULL,
    source text NOT NULL
);

CREATE TABLE public.agency_performance (
    agency_code text NOT NULL,
    since date NOT NULL,
    finished bigint NOT NULL,
    on_time bigint NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    indexed bigint DEFAULT 0 NOT NULL,
    index_on_time bigint DEFAULT 0 NOT NULL,
    CONSTRAINT agency_performance_index_share CHECK (((index_on_time >= 0) AND (index_on_time <= indexed))),
    CONSTRAINT agency_performance_share CHECK (((on_time >= 0) AND (on_time <= finished)))
);

CREATE TABLE public.agency_profiles (
    agency_code text NOT NULL,
    address text,
    phone text,
    email text,
    website text,
    hours_vi text,
    hours_en text,
    places jsonb NOT NULL,
    version integer NOT NULL,
    updated_by uuid NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT agency_profiles_website CHECK ((website ~~ 'https://%'::text))
);

CREATE TABLE public.agency_units (
    id uuid NOT NULL,
    agency_code text NOT NULL,
    name text NOT NULL,
    parent_id uuid,
    closed_at timestamp with time zone,
    CONSTRAINT agency_units_not_its_own_parent CHECK ((parent_id <> id))
);

CREATE TABLE public.api_clients (
    id text NOT NULL,
    agency_code text NOT NULL,
    name text NOT NULL,
    secret_hash bytea,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    expires_at timestamp with time zone,
    networks cidr[] DEFAULT '{}'::cidr[] NOT NULL,
    secret_number integer DEFAULT 1 NOT NULL,
    secret_since timestamp with time zone,
    older_secret_hash bytea,
    older_secret_until timestamp with time zone,
    requires_certificate boolean DEFAULT false NOT NULL,
    CONSTRAINT api_clients_older_secret CHECK (((older_secret_hash IS NULL) = (older_secret_until IS NULL)))
);

ALTER TABLE ONLY public.api_clients FORCE ROW LEVEL SECURITY;

CREATE TABLE public.attachments (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    field_id text NOT NULL,
    sha256 bytea NOT NULL,
    name text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    origin text
);

ALTER TABLE ONLY public.attachments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.calendar_recounts (
    id bigint NOT NULL,
    day date NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    after_due timestamp with time zone,
    after_id uuid,
    moved integer DEFAULT 0 NOT NULL,
    finished_at timestamp with time zone,
    agency_code text
);

ALTER TABLE public.calendar_recounts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.calendar_recounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.client_assertions (
    client_id text NOT NULL,
    jti_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.client_calls (
    at timestamp with time zone NOT NULL,
    agency_code text NOT NULL,
    client_id text NOT NULL,
    request_id text NOT NULL,
    method text NOT NULL,
    route text NOT NULL,
    status smallint NOT NULL,
    problem text
);

ALTER TABLE ONLY public.client_calls FORCE ROW LEVEL SECURITY;

CREATE TABLE public.client_keys (
    client_id text NOT NULL,
    kid text NOT NULL,
    jwk jsonb NOT NULL,
    added_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT client_keys_public CHECK ((NOT (jwk ?| ARRAY['d'::text, 'k'::text, 'p'::text, 'q'::text])))
);

ALTER TABLE ONLY public.client_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.consultations (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    code text NOT NULL,
    procedure text NOT NULL,
    from_agency text NOT NULL,
    to_agency text NOT NULL,
    question text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid NOT NULL,
    officer_name text NOT NULL,
    answer text,
    answered_at timestamp with time zone,
    answered_by uuid,
    answerer_name text,
    CONSTRAINT consultations_another CHECK ((from_agency <> to_agency)),
    CONSTRAINT consultations_answered CHECK ((num_nonnulls(answer, answered_at, answered_by, answerer_name) = ANY (ARRAY[0, 4])))
);

ALTER TABLE ONLY public.consultations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.contents (
    kind text NOT NULL,
    id text NOT NULL,
    "position" integer NOT NULL,
    body jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    CONSTRAINT contents_id CHECK (((id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(id) <= 80))),
    CONSTRAINT contents_kind CHECK ((kind = ANY (ARRAY['life_event'::text, 'question'::text, 'banner'::text, 'featured'::text])))
);

CREATE TABLE public.day_comparisons (
    agency_code text NOT NULL,
    day date NOT NULL,
    their_count integer NOT NULL,
    their_sha256 bytea NOT NULL,
    our_count integer NOT NULL,
    our_sha256 bytea NOT NULL,
    compared_at timestamp with time zone NOT NULL,
    CONSTRAINT day_comparisons_digests CHECK (((octet_length(their_sha256) = 32) AND (octet_length(our_sha256) = 32)))
);

ALTER TABLE ONLY public.day_comparisons FORCE ROW LEVEL SECURITY;

CREATE TABLE public.deadline_rules (
    valid_from date NOT NULL,
    office_closes integer NOT NULL,
    source text NOT NULL,
    hours public.working_week DEFAULT '07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;07:30-11:30,13:00-17:00;;'::text NOT NULL
);

CREATE TABLE public.deliveries (
    id uuid NOT NULL,
    notice_id uuid NOT NULL,
    channel text NOT NULL,
    agency_code text,
    dossier_code text,
    state text NOT NULL,
    recipient text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    reason text,
    provider_id text,
    CONSTRAINT deliveries_channel CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text]))),
    CONSTRAINT deliveries_next CHECK (((state = 'queued'::text) = (next_at IS NOT NULL))),
    CONSTRAINT deliveries_state CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'delivered'::text, 'bounced'::text, 'failed'::text, 'given_up'::text])))
);

ALTER TABLE ONLY public.deliveries FORCE ROW LEVEL SECURITY;

CREATE TABLE public.desk_filters (
    account_id uuid NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    query text NOT NULL,
    saved_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.desk_filters FORCE ROW LEVEL SECURITY;

CREATE TABLE public.digests (
    account_id uuid NOT NULL,
    day date NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE public.dossier_agents (
    dossier_id uuid NOT NULL,
    mandate_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    agent_name text NOT NULL,
    basis text NOT NULL,
    document_sha256 bytea,
    first_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.dossier_agents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_answers (
    dossier_id uuid NOT NULL,
    answers jsonb NOT NULL,
    deadline jsonb,
    origins jsonb
);

ALTER TABLE ONLY public.dossier_answers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_children (
    dossier_id uuid NOT NULL,
    name text NOT NULL,
    date_of_birth date NOT NULL,
    personal_number text,
    CONSTRAINT dossier_children_number CHECK ((personal_number ~ '^[0-9]{12}$'::text))
);

ALTER TABLE ONLY public.dossier_children FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_clocks (
    dossier_id uuid NOT NULL,
    first_received_at timestamp with time zone,
    basis text NOT NULL,
    since timestamp with time zone NOT NULL,
    given_due_at timestamp with time zone,
    elapsed integer,
    net integer,
    supplements integer,
    on_time boolean,
    agency_code text,
    finished_at timestamp with time zone,
    CONSTRAINT dossier_clocks_basis CHECK ((basis = ANY (ARRAY['counted'::text, 'given'::text]))),
    CONSTRAINT dossier_clocks_given CHECK (((basis = 'given'::text) = (given_due_at IS NOT NULL)))
);

ALTER TABLE ONLY public.dossier_clocks FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_count_changes (
    agency_code text NOT NULL,
    status smallint NOT NULL,
    day date NOT NULL,
    change bigint NOT NULL
);

ALTER TABLE ONLY public.dossier_count_changes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_counts (
    agency_code text NOT NULL,
    status smallint NOT NULL,
    day date NOT NULL,
    count bigint NOT NULL
);

ALTER TABLE ONLY public.dossier_counts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_events (
    dossier_id uuid NOT NULL,
    sequence integer NOT NULL,
    status smallint NOT NULL,
    previous_status smallint,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    agency_code text,
    event_id text,
    officer_name text,
    officer_title text,
    note text,
    message bytea,
    message_sha256 bytea,
    entry_id uuid NOT NULL,
    kind text DEFAULT 'status'::text NOT NULL,
    account_id uuid,
    detail text,
    flags text[],
    CONSTRAINT dossier_events_flags CHECK (((flags IS NULL) OR (cardinality(flags) > 0)))
);

ALTER TABLE ONLY public.dossier_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_messages (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    side text NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    body text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    CONSTRAINT dossier_messages_side CHECK ((side = ANY (ARRAY['applicant'::text, 'agency'::text])))
);

ALTER TABLE ONLY public.dossier_messages FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_notes (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    body text NOT NULL,
    written_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.dossier_notes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_numbers (
    agency_code text NOT NULL,
    day date NOT NULL,
    last integer NOT NULL
);

CREATE TABLE public.dossier_pauses (
    dossier_id uuid NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT dossier_pauses_kind CHECK ((kind = ANY (ARRAY['supplement'::text, 'payment'::text, 'stop'::text]))),
    CONSTRAINT dossier_pauses_order CHECK ((ended_at >= began_at))
);

ALTER TABLE ONLY public.dossier_pauses FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_ratings (
    dossier_id uuid NOT NULL,
    account_id uuid NOT NULL,
    satisfaction smallint NOT NULL,
    contacts smallint NOT NULL,
    offices smallint NOT NULL,
    attitude smallint NOT NULL,
    comment text,
    rated_at timestamp with time zone NOT NULL,
    CONSTRAINT dossier_ratings_scale CHECK ((((satisfaction >= 1) AND (satisfaction <= 5)) AND ((contacts >= 0) AND (contacts <= 2)) AND ((offices >= 0) AND (offices <= 2)) AND ((attitude >= 0) AND (attitude <= 2))))
);

ALTER TABLE ONLY public.dossier_ratings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_reads (
    dossier_id uuid NOT NULL,
    reader text NOT NULL,
    hour timestamp with time zone NOT NULL,
    name text NOT NULL,
    read_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.dossier_reads FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossier_sources (
    dossier_id uuid NOT NULL,
    agency_code text NOT NULL,
    applicant_kind text NOT NULL,
    applicant_number text,
    channel text NOT NULL,
    statement_sha256 bytea NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    CONSTRAINT dossier_sources_channel CHECK ((channel = ANY (ARRAY['counter'::text, 'online'::text, 'post'::text]))),
    CONSTRAINT dossier_sources_kind CHECK ((applicant_kind = ANY (ARRAY['citizen'::text, 'business'::text, 'household'::text, 'agency'::text, 'organisation'::text]))),
    CONSTRAINT dossier_sources_statement CHECK ((octet_length(statement_sha256) = 32))
);

ALTER TABLE ONLY public.dossier_sources FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dossiers (
    id uuid NOT NULL,
    code text NOT NULL,
    procedure_code text NOT NULL,
    revision_id uuid,
    agency_code text NOT NULL,
    account_id uuid,
    applicant_name text NOT NULL,
    tracking_digits text NOT NULL,
    status smallint NOT NULL,
    origin text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone,
    due_at timestamp with time zone,
    finished_at timestamp with time zone,
    version integer NOT NULL,
    assigned_to uuid,
    unit_id uuid,
    step_due_at timestamp with time zone,
    waits_for text DEFAULT 'agency'::text NOT NULL,
    applicant_folded text GENERATED ALWAYS AS (public.vn_fold(applicant_name)) STORED,
    CONSTRAINT dossiers_origin CHECK ((origin = ANY (ARRAY['portal'::text, 'agency'::text]))),
    CONSTRAINT dossiers_revision_unless_elsewhere CHECK (((origin = 'agency'::text) OR (revision_id IS NOT NULL))),
    CONSTRAINT dossiers_status CHECK (((status >= 1) AND (status <= 10))),
    CONSTRAINT dossiers_waits_for CHECK ((waits_for = ANY (ARRAY['agency'::text, 'applicant'::text, 'consulted'::text, 'nobody'::text])))
);

ALTER TABLE ONLY public.dossiers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.drafts (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    procedure_code text NOT NULL,
    revision_id uuid NOT NULL,
    agency_code text NOT NULL,
    answers jsonb NOT NULL,
    saved_sections text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    carried jsonb
);

ALTER TABLE ONLY public.drafts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.event_files (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    agency_code text NOT NULL,
    event_id text NOT NULL,
    place smallint NOT NULL,
    sha256 bytea NOT NULL,
    name text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT event_files_place CHECK ((place >= 0))
);

ALTER TABLE ONLY public.event_files FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feed_floor (
    only_row boolean DEFAULT true NOT NULL,
    "position" bigint NOT NULL,
    CONSTRAINT feed_floor_only CHECK (only_row)
);

CREATE TABLE public.feedback (
    id uuid NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    about text NOT NULL,
    topic text NOT NULL,
    procedure_code text,
    dossier_code text,
    body text NOT NULL,
    account_id uuid,
    author_name text NOT NULL,
    author_address text NOT NULL,
    author_phone text NOT NULL,
    author_email text,
    tracking_hash bytea NOT NULL,
    agency_code text NOT NULL,
    from_agency text,
    state text NOT NULL,
    is_open boolean NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    clock_from timestamp with time zone NOT NULL,
    due_on date,
    was_asked boolean DEFAULT false NOT NULL,
    is_late boolean DEFAULT false NOT NULL,
    answered_at timestamp with time zone,
    version integer NOT NULL,
    CONSTRAINT feedback_about CHECK ((about = ANY (ARRAY['rules'::text, 'conduct'::text]))),
    CONSTRAINT feedback_hash_length CHECK ((octet_length(tracking_hash) = 32)),
    CONSTRAINT feedback_kind CHECK ((kind = ANY (ARRAY['reflection'::text, 'proposal'::text]))),
    CONSTRAINT feedback_open CHECK ((is_open = (state = ANY (ARRAY['new'::text, 'forwarded'::text, 'accepted'::text, 'asked'::text, 'supplemented'::text, 'answered'::text])))),
    CONSTRAINT feedback_state CHECK ((state = ANY (ARRAY['new'::text, 'forwarded'::text, 'accepted'::text, 'asked'::text, 'supplemented'::text, 'answered'::text, 'refused'::text, 'published'::text, 'withheld'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY public.feedback FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feedback_events (
    feedback_id uuid NOT NULL,
    sequence integer NOT NULL,
    act text NOT NULL,
    state text NOT NULL,
    agency_code text NOT NULL,
    target_agency text,
    is_authors boolean NOT NULL,
    note text,
    due_on date,
    in_time boolean,
    occurred_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL
);

ALTER TABLE ONLY public.feedback_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feedback_figures (
    agency_code text NOT NULL,
    month date NOT NULL,
    received bigint NOT NULL,
    handled bigint NOT NULL,
    late bigint NOT NULL,
    answered bigint NOT NULL,
    unsatisfied bigint NOT NULL,
    likes bigint NOT NULL,
    dislikes bigint NOT NULL,
    CONSTRAINT feedback_figures_month CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT feedback_figures_sane CHECK (((LEAST(received, handled, late, answered, unsatisfied, likes, dislikes) >= 0) AND (late <= handled) AND (answered <= handled) AND (unsatisfied <= answered)))
);

CREATE TABLE public.feedback_files (
    id uuid NOT NULL,
    feedback_id uuid NOT NULL,
    sequence integer NOT NULL,
    sha256 bytea NOT NULL,
    name text NOT NULL
);

ALTER TABLE ONLY public.feedback_files FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feedback_numbers (
    day date NOT NULL,
    last integer NOT NULL
);

CREATE TABLE public.feedback_reactions (
    feedback_id uuid NOT NULL,
    account_id uuid NOT NULL,
    likes boolean NOT NULL,
    reacted_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.feedback_reactions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feedback_rules (
    valid_from date NOT NULL,
    office text NOT NULL,
    refuse_days integer NOT NULL,
    ask_days integer NOT NULL,
    forward_days integer NOT NULL,
    answer_days integer NOT NULL,
    publish_days integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT feedback_rules_positive CHECK ((LEAST(refuse_days, ask_days, forward_days, answer_days, publish_days) > 0))
);

CREATE TABLE public.files (
    sha256 bytea NOT NULL,
    size bigint NOT NULL,
    media_type text NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    CONSTRAINT files_digest_length CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT files_size_positive CHECK ((size > 0))
);

CREATE TABLE public.holidays (
    day date NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    status text NOT NULL,
    source text NOT NULL,
    edited_here boolean DEFAULT false NOT NULL,
    removed boolean DEFAULT false NOT NULL,
    CONSTRAINT holidays_kind CHECK ((kind = ANY (ARRAY['off'::text, 'working_saturday'::text])))
);

CREATE TABLE public.idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.journal_chain (
    "position" bigint NOT NULL,
    entry_id uuid NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT journal_chain_hash_length CHECK ((octet_length(hash) = 32)),
    CONSTRAINT journal_chain_position_positive CHECK (("position" > 0))
);

CREATE TABLE public.journal_entries (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    agency_code text,
    actor text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    content jsonb NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT journal_entries_digest_length CHECK ((octet_length(digest) = 32))
);

CREATE TABLE public.journal_heads (
    size bigint NOT NULL,
    root bytea NOT NULL,
    previous text,
    signed_at timestamp with time zone NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT journal_heads_root_length CHECK ((octet_length(root) = 32)),
    CONSTRAINT journal_heads_signature_length CHECK ((octet_length(signature) = 64)),
    CONSTRAINT journal_heads_size_positive CHECK ((size > 0))
);

CREATE TABLE public.journal_queue (
    id bigint NOT NULL,
    entry_id uuid NOT NULL
);

ALTER TABLE public.journal_queue ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.journal_queue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.journal_tree (
    level bigint NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT journal_tree_hash_length CHECK ((octet_length(hash) = 32)),
    CONSTRAINT journal_tree_level CHECK (((level >= 1) AND (level <= 62))),
    CONSTRAINT journal_tree_number CHECK ((number >= 0))
);

CREATE TABLE public.mandates (
    id uuid NOT NULL,
    principal_id uuid NOT NULL,
    basis text NOT NULL,
    agent_login text NOT NULL,
    agent_id uuid,
    procedures text[] NOT NULL,
    amount_limit bigint,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    document_sha256 bytea,
    given_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_by uuid,
    CONSTRAINT mandates_accepted CHECK (((agent_id IS NULL) = (accepted_at IS NULL))),
    CONSTRAINT mandates_agent_is_a_person CHECK ((agent_login ~ '^[0-9]{12}$'::text)),
    CONSTRAINT mandates_amount CHECK ((amount_limit >= 0)),
    CONSTRAINT mandates_authorisation_on_paper CHECK (((basis <> 'authorisation'::text) OR (document_sha256 IS NOT NULL))),
    CONSTRAINT mandates_basis CHECK ((basis = ANY (ARRAY['authorisation'::text, 'employment'::text, 'representation'::text]))),
    CONSTRAINT mandates_days CHECK ((valid_until >= valid_from)),
    CONSTRAINT mandates_of_two CHECK ((agent_id <> principal_id)),
    CONSTRAINT mandates_revoked CHECK (((revoked_by IS NULL) = (revoked_at IS NULL))),
    CONSTRAINT mandates_revoked_by CHECK ((((revoked_by = principal_id) OR (revoked_by = agent_id)) OR (agent_id IS NULL)))
);

ALTER TABLE ONLY public.mandates FORCE ROW LEVEL SECURITY;

CREATE TABLE public.notices (
    id uuid NOT NULL,
    account_id uuid,
    topic text NOT NULL,
    payload jsonb NOT NULL,
    path text,
    dossier_code text,
    agency_code text,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    feedback_id uuid,
    CONSTRAINT notices_one_reader CHECK ((num_nonnulls(account_id, feedback_id) = 1)),
    CONSTRAINT notices_path CHECK ((path ~ '^/([^/\s\\][^\s\\]*)?$'::text))
);

ALTER TABLE ONLY public.notices FORCE ROW LEVEL SECURITY;

CREATE TABLE public.obligations (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    amount bigint NOT NULL,
    reason text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    requested_by uuid NOT NULL,
    outcome text,
    settled_at timestamp with time zone,
    settled_by uuid,
    settled_note text,
    CONSTRAINT obligations_amount CHECK ((amount > 0)),
    CONSTRAINT obligations_outcome CHECK ((outcome = ANY (ARRAY['paid'::text, 'waived'::text]))),
    CONSTRAINT obligations_settled CHECK ((num_nonnulls(outcome, settled_at, settled_by) = ANY (ARRAY[0, 3])))
);

ALTER TABLE ONLY public.obligations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.outbox (
    id bigint NOT NULL,
    topic text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    delivered_at timestamp with time zone
);

ALTER TABLE public.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.parked_reports (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    agency_code text NOT NULL,
    sequence integer NOT NULL,
    status smallint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    event_id text NOT NULL,
    note text,
    officer_name text NOT NULL,
    officer_title text,
    due_at timestamp with time zone,
    message bytea NOT NULL,
    actor text NOT NULL,
    parked_at timestamp with time zone NOT NULL,
    alarmed_at timestamp with time zone,
    outcome text,
    settled_at timestamp with time zone,
    reason text,
    CONSTRAINT parked_reports_outcome CHECK ((outcome = ANY (ARRAY['applied'::text, 'repeated'::text, 'refused'::text, 'replaced'::text]))),
    CONSTRAINT parked_reports_reason CHECK (((reason IS NULL) OR (outcome = ANY (ARRAY['refused'::text, 'replaced'::text])))),
    CONSTRAINT parked_reports_sequence CHECK ((sequence > 1)),
    CONSTRAINT parked_reports_settled CHECK (((outcome IS NULL) = (settled_at IS NULL))),
    CONSTRAINT parked_reports_status CHECK (((status >= 1) AND (status <= 10)))
);

ALTER TABLE ONLY public.parked_reports FORCE ROW LEVEL SECURITY;

CREATE TABLE public.procedure_revisions (
    id uuid NOT NULL,
    procedure_code text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    facts jsonb NOT NULL,
    form jsonb,
    origin text NOT NULL,
    published_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    based_on uuid,
    written_by uuid,
    submitted_by uuid,
    submitted_at timestamp with time zone,
    published_by uuid,
    publish_at timestamp with time zone,
    summary text,
    missing smallint,
    unsettled smallint,
    written_by_client text,
    submitted_by_client text,
    published_by_client text,
    CONSTRAINT procedure_revisions_approved CHECK ((num_nonnulls(published_by, published_by_client) =
CASE
    WHEN ((state = ANY (ARRAY['draft'::text, 'submitted'::text])) OR (origin = 'seed'::text)) THEN 0
    ELSE 1
END)),
    CONSTRAINT procedure_revisions_origin CHECK ((origin = ANY (ARRAY['seed'::text, 'portal'::text]))),
    CONSTRAINT procedure_revisions_published CHECK (((state = ANY (ARRAY['published'::text, 'retired'::text])) = (published_at IS NOT NULL))),
    CONSTRAINT procedure_revisions_scheduled CHECK (((state <> 'scheduled'::text) OR (publish_at IS NOT NULL))),
    CONSTRAINT procedure_revisions_state CHECK ((state = ANY (ARRAY['draft'::text, 'submitted'::text, 'scheduled'::text, 'published'::text, 'retired'::text]))),
    CONSTRAINT procedure_revisions_submitted CHECK ((num_nonnulls(submitted_by, submitted_by_client) =
CASE
    WHEN ((state = 'draft'::text) OR (origin = 'seed'::text)) THEN 0
    ELSE 1
END)),
    CONSTRAINT procedure_revisions_two_people CHECK ((((published_by IS NULL) OR ((published_by IS DISTINCT FROM submitted_by) AND (published_by IS DISTINCT FROM written_by))) AND ((published_by_client IS NULL) OR ((published_by_client IS DISTINCT FROM submitted_by_client) AND (published_by_client IS DISTINCT FROM written_by_client))))),
    CONSTRAINT procedure_revisions_written CHECK ((num_nonnulls(written_by, written_by_client) =
CASE
    WHEN (origin = 'portal'::text) THEN 1
    ELSE 0
END))
);

CREATE TABLE public.procedures (
    code text NOT NULL,
    name text NOT NULL,
    name_en text,
    field_code text,
    field_name text NOT NULL,
    state text NOT NULL,
    kind text NOT NULL,
    promulgator text NOT NULL,
    executing text[] NOT NULL,
    subjects text[] NOT NULL,
    published_revision uuid,
    online boolean DEFAULT false NOT NULL,
    digest bytea NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    folded text GENERATED ALWAYS AS (public.vn_fold(((((((code || ' '::text) || name) || ' '::text) || field_name) || ' '::text) || COALESCE(name_en, ''::text)))) STORED,
    terms tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, public.vn_fold(((((((code || ' '::text) || name) || ' '::text) || field_name) || ' '::text) || COALESCE(name_en, ''::text))))) STORED,
    exact tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, lower(NORMALIZE(name, NFC)))) STORED,
    edited_here boolean DEFAULT false NOT NULL,
    retired_at timestamp with time zone,
    retired_reason text,
    replacement_code text,
    CONSTRAINT procedures_code_form CHECK ((code ~ '^[1-9]\.[0-9]{6}'::text)),
    CONSTRAINT procedures_retired CHECK (((retired_at IS NULL) = (retired_reason IS NULL)))
);

CREATE TABLE public.provinces (
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    successor_code text,
    agency_code text,
    agency_code_status text NOT NULL,
    CONSTRAINT provinces_period CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))
);

CREATE TABLE public.publications (
    procedure_code text NOT NULL,
    revision_id uuid NOT NULL,
    published_at timestamp with time zone NOT NULL
);

CREATE TABLE public.published_feedback (
    feedback_id uuid NOT NULL,
    code text NOT NULL,
    agency_code text NOT NULL,
    kind text NOT NULL,
    about text NOT NULL,
    topic text NOT NULL,
    procedure_code text,
    question text NOT NULL,
    answer text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone NOT NULL,
    is_late boolean NOT NULL,
    likes integer DEFAULT 0 NOT NULL,
    dislikes integer DEFAULT 0 NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, regexp_replace(public.vn_fold(((question || ' '::text) || answer)), '[^[:alnum:]]+'::text, ' '::text, 'g'::text))) STORED,
    CONSTRAINT published_feedback_counts CHECK (((likes >= 0) AND (dislikes >= 0)))
);

CREATE TABLE public.recovery_codes (
    account_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE ONLY public.recovery_codes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.refused_reports (
    id uuid NOT NULL,
    agency_code text NOT NULL,
    actor text NOT NULL,
    dossier_code text,
    event_id text,
    message bytea NOT NULL,
    message_sha256 bytea NOT NULL,
    problem text NOT NULL,
    fields jsonb NOT NULL,
    times integer NOT NULL,
    refused_at timestamp with time zone NOT NULL,
    outcome text,
    settled_at timestamp with time zone,
    settled_by text,
    CONSTRAINT refused_reports_outcome CHECK ((outcome = ANY (ARRAY['applied'::text, 'parked'::text, 'kept'::text]))),
    CONSTRAINT refused_reports_settled CHECK ((((outcome IS NULL) = (settled_at IS NULL)) AND ((outcome IS NULL) = (settled_by IS NULL)))),
    CONSTRAINT refused_reports_times CHECK ((times > 0))
);

ALTER TABLE ONLY public.refused_reports FORCE ROW LEVEL SECURITY;

CREATE TABLE public.reminders (
    subject uuid NOT NULL,
    kind text NOT NULL,
    due timestamp with time zone NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    CONSTRAINT reminders_kind CHECK ((kind = ANY (ARRAY['due_tomorrow'::text, 'due_today'::text, 'late'::text, 'supplement_due'::text, 'supplement_unanswered'::text, 'draft_expiring'::text, 'draft_expired'::text])))
);

ALTER TABLE ONLY public.reminders FORCE ROW LEVEL SECURITY;

CREATE TABLE public.report_places (
    dossier_id uuid NOT NULL,
    agency_code text NOT NULL,
    applied integer NOT NULL,
    CONSTRAINT report_places_applied CHECK ((applied > 0))
);

ALTER TABLE ONLY public.report_places FORCE ROW LEVEL SECURITY;

CREATE TABLE public.result_templates (
    id text NOT NULL,
    valid_from date NOT NULL,
    status text NOT NULL,
    source text NOT NULL,
    CONSTRAINT result_templates_status CHECK ((status = ANY (ARRAY['verified'::text, 'unverified'::text])))
);

CREATE TABLE public.results (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    agency_code text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    number text NOT NULL,
    file_name text NOT NULL,
    sha256 bytea NOT NULL,
    signature bytea,
    certificate_subject text,
    certificate_serial text,
    code text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    issued_by text NOT NULL,
    entry_id uuid NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by text,
    revocation_reason text,
    revocation_entry_id uuid,
    template text,
    CONSTRAINT results_kind CHECK ((kind = ANY (ARRAY['granted'::text, 'refused'::text]))),
    CONSTRAINT results_revoked_whole CHECK ((((revoked_at IS NULL) = (revoked_by IS NULL)) AND ((revoked_at IS NULL) = (revocation_reason IS NULL)) AND ((revoked_at IS NULL) = (revocation_entry_id IS NULL)))),
    CONSTRAINT results_signed_whole CHECK ((((signature IS NULL) = (certificate_subject IS NULL)) AND ((signature IS NULL) = (certificate_serial IS NULL))))
);

ALTER TABLE ONLY public.results FORCE ROW LEVEL SECURITY;

CREATE TABLE public.revision_templates (
    revision_id uuid NOT NULL,
    sha256 bytea NOT NULL
);

CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.second_factors (
    account_id uuid NOT NULL,
    secret bytea NOT NULL,
    last_step bigint NOT NULL,
    enrolled_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.second_factors FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    device text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    half_open boolean DEFAULT false NOT NULL,
    mandate_id uuid
);

CREATE TABLE public.sign_in_failures (
    login_digest bytea NOT NULL,
    failures integer NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.slip_numbers (
    agency_code text NOT NULL,
    year integer NOT NULL,
    kind text NOT NULL,
    last integer NOT NULL
);

CREATE TABLE public.slip_templates (
    id text NOT NULL,
    valid_from date NOT NULL,
    status text NOT NULL,
    source text NOT NULL,
    CONSTRAINT slip_templates_status CHECK ((status = ANY (ARRAY['verified'::text, 'unverified'::text])))
);

CREATE TABLE public.slips (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    agency_code text NOT NULL,
    kind text NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    template text NOT NULL,
    verified boolean NOT NULL,
    data jsonb NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    issued_by text NOT NULL,
    entry_id uuid NOT NULL,
    sha256 bytea,
    printed_entry_id uuid,
    CONSTRAINT slips_kind CHECK ((kind = ANY (ARRAY['receipt'::text, 'supplement'::text, 'refusal'::text, 'extension'::text, 'stop'::text, 'control'::text]))),
    CONSTRAINT slips_printed CHECK ((num_nonnulls(sha256, printed_entry_id) = ANY (ARRAY[0, 2])))
);

ALTER TABLE ONLY public.slips FORCE ROW LEVEL SECURITY;

CREATE TABLE public.staff_duties (
    account_id uuid NOT NULL,
    agency_code text NOT NULL,
    unit_id uuid,
    duties text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT staff_duties_known CHECK ((duties <@ ARRAY['receive'::text, 'process'::text, 'decide'::text, 'supervise'::text, 'read'::text])),
    CONSTRAINT staff_duties_some CHECK ((cardinality(duties) > 0))
);

ALTER TABLE ONLY public.staff_duties FORCE ROW LEVEL SECURITY;

CREATE TABLE public.supplements (
    id uuid NOT NULL,
    dossier_id uuid NOT NULL,
    number integer NOT NULL,
    items jsonb NOT NULL,
    note text,
    reason text,
    answer_by timestamp with time zone,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid NOT NULL,
    officer_name text NOT NULL,
    staged jsonb NOT NULL,
    answered_at timestamp with time zone,
    answers jsonb,
    reply text,
    closed_at timestamp with time zone,
    CONSTRAINT supplements_reason CHECK (((number = 1) OR (reason IS NOT NULL)))
);

ALTER TABLE ONLY public.supplements FORCE ROW LEVEL SECURITY;

CREATE TABLE public.template_files (
    sha256 bytea NOT NULL,
    added_at timestamp with time zone NOT NULL
);

CREATE TABLE public.wards (
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    province_code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date
);

CREATE TABLE public.webhooks (
    id uuid NOT NULL,
    agency_code text NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    state text NOT NULL,
    reason text,
    secret_number integer NOT NULL,
    former_until timestamp with time zone,
    "position" bigint NOT NULL,
    batch_id uuid,
    batch_end bigint,
    attempt_id uuid,
    failures integer NOT NULL,
    failing_since timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    answers text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT webhooks_batch CHECK (((batch_id IS NULL) = (batch_end IS NULL))),
    CONSTRAINT webhooks_failing CHECK (((failing_since IS NULL) = (failures = 0))),
    CONSTRAINT webhooks_reason CHECK (((reason IS NULL) = (state <> 'disabled'::text))),
    CONSTRAINT webhooks_state CHECK ((state = ANY (ARRAY['active'::text, 'failing'::text, 'disabled'::text])))
);

ALTER TABLE ONLY public.webhooks FORCE ROW LEVEL SECURITY;

CREATE TABLE public.work_filters (
    account_id uuid NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    is_default boolean NOT NULL,
    saved_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.work_filters FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.agency_events ATTACH PARTITION public.agency_events_unplaced DEFAULT;

ALTER TABLE ONLY public.access_tokens
    ADD CONSTRAINT access_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_agency_once UNIQUE (id, agency_code);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_login_of UNIQUE (id, login);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_login_once UNIQUE (login);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.agencies
    ADD CONSTRAINT agencies_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.agency_days
    ADD CONSTRAINT agency_days_pkey PRIMARY KEY (agency_code, day);

ALTER TABLE ONLY public.agency_events
    ADD CONSTRAINT agency_events_pkey PRIMARY KEY (agency_code, "position", recorded_at);

ALTER TABLE ONLY public.agency_events_unplaced
    ADD CONSTRAINT agency_events_unplaced_pkey PRIMARY KEY (agency_code, "position", recorded_at);

ALTER TABLE ONLY public.agency_files
    ADD CONSTRAINT agency_files_pkey PRIMARY KEY (agency_code, sha256);

ALTER TABLE ONLY public.agency_flags
    ADD CONSTRAINT agency_flags_pkey PRIMARY KEY (agency_code, day, flag);

ALTER TABLE ONLY public.agency_hours
    ADD CONSTRAINT agency_hours_pkey PRIMARY KEY (agency_code, valid_from);

ALTER TABLE ONLY public.agency_performance
    ADD CONSTRAINT agency_performance_pkey PRIMARY KEY (agency_code);

ALTER TABLE ONLY public.agency_profiles
    ADD CONSTRAINT agency_profiles_pkey PRIMARY KEY (agency_code);

ALTER TABLE ONLY public.agency_units
    ADD CONSTRAINT agency_units_agency_once UNIQUE (agency_code, id);

ALTER TABLE ONLY public.agency_units
    ADD CONSTRAINT agency_units_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_clients
    ADD CONSTRAINT api_clients_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.calendar_recounts
    ADD CONSTRAINT calendar_recounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.client_assertions
    ADD CONSTRAINT client_assertions_pkey PRIMARY KEY (client_id, jti_hash);

ALTER TABLE ONLY public.client_keys
    ADD CONSTRAINT client_keys_pkey PRIMARY KEY (client_id, kid);

ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT consultations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contents
    ADD CONSTRAINT contents_pkey PRIMARY KEY (kind, id);

ALTER TABLE ONLY public.day_comparisons
    ADD CONSTRAINT day_comparisons_pkey PRIMARY KEY (agency_code, day);

ALTER TABLE ONLY public.deadline_rules
    ADD CONSTRAINT deadline_rules_pkey PRIMARY KEY (valid_from);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_once UNIQUE (notice_id, channel);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_filters
    ADD CONSTRAINT desk_filters_pkey PRIMARY KEY (account_id, name);

ALTER TABLE ONLY public.digests
    ADD CONSTRAINT digests_pkey PRIMARY KEY (account_id, day);

ALTER TABLE ONLY public.dossier_agents
    ADD CONSTRAINT dossier_agents_pkey PRIMARY KEY (dossier_id, mandate_id);

ALTER TABLE ONLY public.dossier_answers
    ADD CONSTRAINT dossier_answers_pkey PRIMARY KEY (dossier_id);

ALTER TABLE ONLY public.dossier_children
    ADD CONSTRAINT dossier_children_pkey PRIMARY KEY (dossier_id);

ALTER TABLE ONLY public.dossier_clocks
    ADD CONSTRAINT dossier_clocks_pkey PRIMARY KEY (dossier_id);

ALTER TABLE ONLY public.dossier_counts
    ADD CONSTRAINT dossier_counts_pkey PRIMARY KEY (agency_code, status, day);

ALTER TABLE ONLY public.dossier_events
    ADD CONSTRAINT dossier_events_event_once UNIQUE (agency_code, event_id);

ALTER TABLE ONLY public.dossier_events
    ADD CONSTRAINT dossier_events_pkey PRIMARY KEY (dossier_id, sequence);

ALTER TABLE ONLY public.dossier_messages
    ADD CONSTRAINT dossier_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossier_notes
    ADD CONSTRAINT dossier_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dossier_numbers
    ADD CONSTRAINT dossier_numbers_pkey PRIMARY KEY (agency_code, day);

ALTER TABLE ONLY public.dossier_pauses
    ADD CONSTRAINT dossier_pauses_pkey PRIMARY KEY (dossier_id, number);

ALTER TABLE ONLY public.dossier_ratings
    ADD CONSTRAINT dossier_ratings_pkey PRIMARY KEY (dossier_id);

ALTER TABLE ONLY public.dossier_reads
    ADD CONSTRAINT dossier_reads_pkey PRIMARY KEY (dossier_id, reader, hour);

ALTER TABLE ONLY public.dossier_sources
    ADD CONSTRAINT dossier_sources_pkey PRIMARY KEY (dossier_id);

ALTER TABLE ONLY public.dossiers
    ADD CONSTRAINT dossiers_code_once UNIQUE (code);

ALTER TABLE ONLY public.dossiers
    ADD CONSTRAINT dossiers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.event_files
    ADD CONSTRAINT event_files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.feed_floor
    ADD CONSTRAINT feed_floor_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_code_once UNIQUE (code);

ALTER TABLE ONLY public.feedback_events
    ADD CONSTRAINT feedback_events_pkey PRIMARY KEY (feedback_id, sequence);

ALTER TABLE ONLY public.feedback_figures
    ADD CONSTRAINT feedback_figures_pkey PRIMARY KEY (agency_code, month);

ALTER TABLE ONLY public.feedback_files
    ADD CONSTRAINT feedback_files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.feedback_numbers
    ADD CONSTRAINT feedback_numbers_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.feedback_reactions
    ADD CONSTRAINT feedback_reactions_pkey PRIMARY KEY (feedback_id, account_id);

ALTER TABLE ONLY public.feedback_rules
    ADD CONSTRAINT feedback_rules_pkey PRIMARY KEY (valid_from);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_word_once UNIQUE (tracking_hash);

ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (sha256);

ALTER TABLE ONLY public.holidays
    ADD CONSTRAINT holidays_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key);

ALTER TABLE ONLY public.journal_chain
    ADD CONSTRAINT journal_chain_entry_once UNIQUE (entry_id);

ALTER TABLE ONLY public.journal_chain
    ADD CONSTRAINT journal_chain_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.journal_entries
    ADD CONSTRAINT journal_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_heads
    ADD CONSTRAINT journal_heads_followed_once UNIQUE (previous);

ALTER TABLE ONLY public.journal_heads
    ADD CONSTRAINT journal_heads_pkey PRIMARY KEY (size);

ALTER TABLE ONLY public.journal_queue
    ADD CONSTRAINT journal_queue_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.journal_tree
    ADD CONSTRAINT journal_tree_pkey PRIMARY KEY (level, number);

ALTER TABLE ONLY public.mandates
    ADD CONSTRAINT mandates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.obligations
    ADD CONSTRAINT obligations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parked_reports
    ADD CONSTRAINT parked_reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_number_once UNIQUE (procedure_code, number);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procedures
    ADD CONSTRAINT procedures_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.provinces
    ADD CONSTRAINT provinces_one_owner_of_a_code EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to) WITH &&);

ALTER TABLE ONLY public.provinces
    ADD CONSTRAINT provinces_pkey PRIMARY KEY (code, valid_from);

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_pkey PRIMARY KEY (procedure_code);

ALTER TABLE ONLY public.published_feedback
    ADD CONSTRAINT published_feedback_code_once UNIQUE (code);

ALTER TABLE ONLY public.published_feedback
    ADD CONSTRAINT published_feedback_pkey PRIMARY KEY (feedback_id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (account_id, code_hash);

ALTER TABLE ONLY public.refused_reports
    ADD CONSTRAINT refused_reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_pkey PRIMARY KEY (subject, kind, due);

ALTER TABLE ONLY public.report_places
    ADD CONSTRAINT report_places_pkey PRIMARY KEY (dossier_id, agency_code);

ALTER TABLE ONLY public.result_templates
    ADD CONSTRAINT result_templates_from_once UNIQUE (valid_from);

ALTER TABLE ONLY public.result_templates
    ADD CONSTRAINT result_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_code_once UNIQUE (code);

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revision_templates
    ADD CONSTRAINT revision_templates_pkey PRIMARY KEY (revision_id, sha256);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_once UNIQUE (token_hash);

ALTER TABLE ONLY public.sign_in_failures
    ADD CONSTRAINT sign_in_failures_pkey PRIMARY KEY (login_digest);

ALTER TABLE ONLY public.slip_numbers
    ADD CONSTRAINT slip_numbers_pkey PRIMARY KEY (agency_code, year, kind);

ALTER TABLE ONLY public.slip_templates
    ADD CONSTRAINT slip_templates_from_once UNIQUE (valid_from);

ALTER TABLE ONLY public.slip_templates
    ADD CONSTRAINT slip_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.slips
    ADD CONSTRAINT slips_number_once UNIQUE (agency_code, year, kind, number);

ALTER TABLE ONLY public.slips
    ADD CONSTRAINT slips_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.staff_duties
    ADD CONSTRAINT staff_duties_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.supplements
    ADD CONSTRAINT supplements_number_once UNIQUE (dossier_id, number);

ALTER TABLE ONLY public.supplements
    ADD CONSTRAINT supplements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.template_files
    ADD CONSTRAINT template_files_pkey PRIMARY KEY (sha256);

ALTER TABLE ONLY public.wards
    ADD CONSTRAINT wards_one_owner_of_a_code EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to) WITH &&);

ALTER TABLE ONLY public.wards
    ADD CONSTRAINT wards_pkey PRIMARY KEY (code, valid_from);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.work_filters
    ADD CONSTRAINT work_filters_pkey PRIMARY KEY (account_id, name);

CREATE INDEX access_tokens_age ON public.access_tokens USING btree (expires_at);

CREATE INDEX accounts_officers ON public.accounts USING btree (id) WHERE ((kind = 'officer'::text) AND (disabled_at IS NULL));

CREATE INDEX agencies_name ON public.agencies USING btree (name);

CREATE INDEX agencies_parent ON public.agencies USING btree (parent_code, code);

CREATE INDEX agencies_place ON public.agencies USING btree (kind, province_code, ward_code);

CREATE INDEX agencies_province ON public.agencies USING btree (province_code, kind);

CREATE INDEX agencies_similar ON public.agencies USING gin (folded public.gin_trgm_ops);

CREATE UNIQUE INDEX agency_units_name ON public.agency_units USING btree (agency_code, name) WHERE (closed_at IS NULL);

CREATE INDEX api_clients_agency ON public.api_clients USING btree (agency_code, id);

CREATE INDEX attachments_file ON public.attachments USING btree (sha256);

CREATE INDEX attachments_owner ON public.attachments USING btree (owner_id, added_at, id);

CREATE INDEX calendar_recounts_open ON public.calendar_recounts USING btree (id) WHERE (finished_at IS NULL);

CREATE INDEX client_assertions_age ON public.client_assertions USING btree (expires_at);

CREATE INDEX client_calls_age ON public.client_calls USING brin (at);

CREATE INDEX client_calls_of_client ON public.client_calls USING btree (client_id, at);

CREATE INDEX consultations_answered ON public.consultations USING btree (to_agency, answered_at DESC, id) WHERE (answered_at IS NOT NULL);

CREATE INDEX consultations_dossier ON public.consultations USING btree (dossier_id, asked_at);

CREATE INDEX consultations_open ON public.consultations USING btree (to_agency, due_at, id) WHERE (answered_at IS NULL);

CREATE INDEX deliveries_agency_state_time ON public.deliveries USING btree (agency_code, state, created_at DESC, id DESC) WHERE (agency_code IS NOT NULL);

CREATE INDEX deliveries_agency_time ON public.deliveries USING btree (agency_code, created_at DESC, id DESC) WHERE (agency_code IS NOT NULL);

CREATE INDEX deliveries_due ON public.deliveries USING btree (channel, next_at, id) WHERE (state = 'queued'::text);

CREATE INDEX dossier_clocks_finished ON public.dossier_clocks USING btree (finished_at) INCLUDE (agency_code, on_time) WHERE (on_time IS NOT NULL);

CREATE INDEX dossier_count_changes_agency ON public.dossier_count_changes USING btree (agency_code);

CREATE INDEX dossier_events_reported ON public.dossier_events USING btree (agency_code, recorded_at) INCLUDE (occurred_at) WHERE (event_id IS NOT NULL);

CREATE INDEX dossier_messages_dossier ON public.dossier_messages USING btree (dossier_id, sent_at, id);

CREATE INDEX dossier_notes_dossier ON public.dossier_notes USING btree (dossier_id, written_at, id);

CREATE UNIQUE INDEX dossier_pauses_open ON public.dossier_pauses USING btree (dossier_id) WHERE (ended_at IS NULL);

CREATE INDEX dossier_sources_number ON public.dossier_sources USING btree (applicant_number);

CREATE INDEX dossiers_account_received ON public.dossiers USING btree (account_id, procedure_code, submitted_at DESC, id DESC) WHERE ((received_at IS NOT NULL) AND (status <> 3));

CREATE INDEX dossiers_account_time ON public.dossiers USING btree (account_id, submitted_at DESC, id DESC);

CREATE INDEX dossiers_agency_applicant ON public.dossiers USING btree (agency_code, applicant_folded text_pattern_ops);

CREATE INDEX dossiers_agency_due ON public.dossiers USING btree (agency_code, due_at) INCLUDE (waits_for, status) WHERE (finished_at IS NULL);

CREATE INDEX dossiers_agency_procedure ON public.dossiers USING btree (agency_code, procedure_code, submitted_at DESC, id DESC);

CREATE INDEX dossiers_agency_status_due ON public.dossiers USING btree (agency_code, status, COALESCE(due_at, '9999-12-31 00:00:00+00'::timestamp with time zone), id) WHERE (finished_at IS NULL);

CREATE INDEX dossiers_agency_status_time ON public.dossiers USING btree (agency_code, status, submitted_at DESC, id DESC);

CREATE INDEX dossiers_agency_time ON public.dossiers USING btree (agency_code, submitted_at DESC, id DESC);

CREATE INDEX dossiers_agency_waits_due ON public.dossiers USING btree (agency_code, waits_for, COALESCE(due_at, '9999-12-31 00:00:00+00'::timestamp with time zone), id) WHERE (finished_at IS NULL);

CREATE INDEX dossiers_assigned_status_due ON public.dossiers USING btree (assigned_to, status, COALESCE(due_at, '9999-12-31 00:00:00+00'::timestamp with time zone), id) WHERE ((finished_at IS NULL) AND (assigned_to IS NOT NULL));

CREATE INDEX dossiers_assigned_time ON public.dossiers USING btree (assigned_to, submitted_at DESC, id DESC) WHERE (assigned_to IS NOT NULL);

CREATE INDEX dossiers_finished ON public.dossiers USING btree (finished_at) INCLUDE (agency_code, due_at) WHERE ((finished_at IS NOT NULL) AND (due_at IS NOT NULL));

CREATE INDEX dossiers_open ON public.dossiers USING btree (submitted_at DESC, due_at) WHERE ((status <> ALL (ARRAY[3, 7, 10])) AND (finished_at IS NULL));

CREATE INDEX dossiers_open_due ON public.dossiers USING btree (due_at, id) INCLUDE (status, waits_for) WHERE ((finished_at IS NULL) AND (due_at IS NOT NULL));

CREATE INDEX dossiers_running ON public.dossiers USING btree (procedure_code, revision_id) WHERE (status <> ALL (ARRAY[3, 7, 10]));

CREATE INDEX dossiers_unit_due ON public.dossiers USING btree (agency_code, unit_id, due_at) WHERE (finished_at IS NULL);

CREATE INDEX drafts_account ON public.drafts USING btree (account_id, updated_at DESC);

CREATE INDEX drafts_age ON public.drafts USING btree (updated_at, id);

CREATE INDEX drafts_procedure ON public.drafts USING btree (procedure_code, revision_id);

CREATE INDEX event_files_of_dossier ON public.event_files USING btree (dossier_id, event_id, place);

CREATE INDEX feedback_account_time ON public.feedback USING btree (account_id, sent_at DESC, id DESC);

CREATE INDEX feedback_agency_time ON public.feedback USING btree (agency_code, is_open, clock_from, id);

CREATE INDEX feedback_files_file ON public.feedback_files USING btree (sha256);

CREATE INDEX feedback_files_owner ON public.feedback_files USING btree (feedback_id, sequence, id);

CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);

CREATE INDEX journal_entries_subject ON public.journal_entries USING btree (subject, recorded_at);

CREATE UNIQUE INDEX journal_heads_begun_once ON public.journal_heads USING btree (((previous IS NULL))) WHERE (previous IS NULL);

CREATE INDEX mandates_agent_login ON public.mandates USING btree (agent_login, given_at DESC, id DESC);

CREATE INDEX mandates_document ON public.mandates USING btree (document_sha256) WHERE (document_sha256 IS NOT NULL);

CREATE INDEX mandates_principal ON public.mandates USING btree (principal_id, given_at DESC, id DESC);

CREATE INDEX notices_account_time ON public.notices USING btree (account_id, created_at DESC, id DESC);

CREATE INDEX notices_account_unread ON public.notices USING btree (account_id, id) WHERE (read_at IS NULL);

CREATE INDEX notices_age ON public.notices USING btree (created_at);

CREATE INDEX obligations_dossier ON public.obligations USING btree (dossier_id, requested_at);

CREATE INDEX outbox_delivered ON public.outbox USING btree (delivered_at) WHERE (delivered_at IS NOT NULL);

CREATE INDEX outbox_due ON public.outbox USING btree (due_at, id) WHERE (delivered_at IS NULL);

CREATE UNIQUE INDEX parked_reports_event ON public.parked_reports USING btree (agency_code, event_id) WHERE (outcome IS NULL);

CREATE INDEX parked_reports_open ON public.parked_reports USING btree (agency_code, id) WHERE ((outcome IS NULL) OR (outcome = 'refused'::text));

CREATE UNIQUE INDEX parked_reports_place ON public.parked_reports USING btree (dossier_id, agency_code, sequence) WHERE (outcome IS NULL);

CREATE INDEX parked_reports_silent ON public.parked_reports USING btree (parked_at) WHERE ((outcome IS NULL) AND (alarmed_at IS NULL));

CREATE INDEX procedure_revisions_due ON public.procedure_revisions USING btree (publish_at) WHERE (state = 'scheduled'::text);

CREATE INDEX procedure_revisions_feed ON public.procedure_revisions USING btree (published_at DESC, id DESC) WHERE (published_at IS NOT NULL);

CREATE UNIQUE INDEX procedure_revisions_one_open ON public.procedure_revisions USING btree (procedure_code) WHERE (state = ANY (ARRAY['draft'::text, 'submitted'::text, 'scheduled'::text]));

CREATE UNIQUE INDEX procedure_revisions_one_published ON public.procedure_revisions USING btree (procedure_code) WHERE (state = 'published'::text);

CREATE INDEX procedure_revisions_receiving ON public.procedure_revisions USING btree (((form ->> 'receiving'::text))) WHERE (state = 'published'::text);

CREATE INDEX procedures_field ON public.procedures USING btree (field_name, code);

CREATE INDEX procedures_similar ON public.procedures USING gin (folded public.gin_trgm_ops);

CREATE INDEX procedures_terms ON public.procedures USING gin (terms);

CREATE INDEX procedures_updated ON public.procedures USING btree (updated_at);

CREATE INDEX published_feedback_agency_time ON public.published_feedback USING btree (agency_code, published_at DESC, feedback_id DESC);

CREATE INDEX published_feedback_time ON public.published_feedback USING btree (published_at DESC, feedback_id DESC);

CREATE INDEX published_feedback_words ON public.published_feedback USING gin (words);

CREATE INDEX refused_reports_age ON public.refused_reports USING btree (refused_at);

CREATE UNIQUE INDEX refused_reports_once ON public.refused_reports USING btree (agency_code, actor, message_sha256, COALESCE(dossier_code, ''::text)) WHERE (outcome IS NULL);

CREATE INDEX refused_reports_open ON public.refused_reports USING btree (agency_code, refused_at) WHERE (outcome IS NULL);

CREATE INDEX results_dossier_time ON public.results USING btree (dossier_id, issued_at, id);

CREATE INDEX results_file ON public.results USING btree (sha256);

CREATE INDEX revision_templates_sha256 ON public.revision_templates USING btree (sha256);

CREATE INDEX sessions_account ON public.sessions USING btree (account_id, last_seen_at DESC);

CREATE INDEX slips_dossier ON public.slips USING btree (dossier_id, issued_at, id);

CREATE INDEX slips_file ON public.slips USING btree (sha256) WHERE (sha256 IS NOT NULL);

CREATE INDEX staff_duties_agency ON public.staff_duties USING btree (agency_code, account_id);

CREATE INDEX supplements_open_due ON public.supplements USING btree (answer_by, id) WHERE ((answered_at IS NULL) AND (closed_at IS NULL));

CREATE INDEX wards_province ON public.wards USING btree (province_code);

CREATE INDEX webhooks_agency ON public.webhooks USING btree (agency_code, id);

CREATE INDEX webhooks_next ON public.webhooks USING btree (next_at) WHERE (state <> 'disabled'::text);

CREATE UNIQUE INDEX work_filters_default ON public.work_filters USING btree (account_id) WHERE is_default;

ALTER INDEX public.agency_events_pkey ATTACH PARTITION public.agency_events_unplaced_pkey;

CREATE TRIGGER agencies_told AFTER INSERT OR DELETE OR UPDATE ON public.agencies FOR EACH ROW EXECUTE FUNCTION public.catalogue_tell();

CREATE TRIGGER agency_performance_told AFTER INSERT OR DELETE OR UPDATE ON public.agency_performance FOR EACH ROW EXECUTE FUNCTION public.catalogue_tell();

CREATE TRIGGER agency_profiles_told AFTER INSERT OR DELETE OR UPDATE ON public.agency_profiles FOR EACH ROW EXECUTE FUNCTION public.catalogue_tell();

CREATE TRIGGER contents_changed AFTER INSERT OR DELETE OR UPDATE ON public.contents FOR EACH STATEMENT EXECUTE FUNCTION public.catalogue_tell();

CREATE TRIGGER dossiers_counted_again AFTER UPDATE ON public.dossiers REFERENCING OLD TABLE AS gone NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION public.count_dossiers();

CREATE TRIGGER dossiers_counted_in AFTER INSERT ON public.dossiers REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION public.count_dossiers();

CREATE TRIGGER mandates_answered BEFORE UPDATE ON public.mandates FOR EACH ROW EXECUTE FUNCTION public.mandates_answered();

CREATE TRIGGER notices_added AFTER INSERT ON public.notices REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.notices_count_unread();

CREATE TRIGGER notices_read AFTER UPDATE ON public.notices REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.notices_count_unread();

CREATE TRIGGER notices_removed AFTER DELETE ON public.notices REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.notices_count_unread();

CREATE TRIGGER procedure_revisions_added AFTER INSERT ON public.procedure_revisions REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.procedure_revisions_tell();

CREATE TRIGGER procedure_revisions_changed AFTER UPDATE ON public.procedure_revisions REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.procedure_revisions_tell();

CREATE TRIGGER procedure_revisions_kept BEFORE DELETE ON public.procedure_revisions FOR EACH ROW EXECUTE FUNCTION public.procedure_revisions_refuse_delete();

CREATE TRIGGER procedure_revisions_published_stays BEFORE UPDATE ON public.procedure_revisions FOR EACH ROW EXECUTE FUNCTION public.procedure_revisions_refuse_edit();

CREATE TRIGGER procedure_revisions_templates AFTER INSERT OR UPDATE OF facts ON public.procedure_revisions FOR EACH ROW EXECUTE FUNCTION public.procedure_revisions_name_templates();

CREATE TRIGGER procedures_changed AFTER INSERT OR DELETE OR UPDATE ON public.procedures FOR EACH STATEMENT EXECUTE FUNCTION public.catalogue_tell();

CREATE TRIGGER slips_stay BEFORE DELETE OR UPDATE ON public.slips FOR EACH ROW EXECUTE FUNCTION public.slips_stay();

ALTER TABLE ONLY public.access_tokens
    ADD CONSTRAINT access_tokens_client FOREIGN KEY (client_id) REFERENCES public.api_clients(id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.agency_days
    ADD CONSTRAINT agency_days_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE public.agency_events
    ADD CONSTRAINT agency_events_position FOREIGN KEY ("position") REFERENCES public.journal_chain("position");

ALTER TABLE ONLY public.agency_files
    ADD CONSTRAINT agency_files_file FOREIGN KEY (sha256) REFERENCES public.files(sha256);

ALTER TABLE ONLY public.agency_hours
    ADD CONSTRAINT agency_hours_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.agency_performance
    ADD CONSTRAINT agency_performance_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.agency_profiles
    ADD CONSTRAINT agency_profiles_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.agency_profiles
    ADD CONSTRAINT agency_profiles_updated_by FOREIGN KEY (updated_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.agency_units
    ADD CONSTRAINT agency_units_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.agency_units
    ADD CONSTRAINT agency_units_parent FOREIGN KEY (agency_code, parent_id) REFERENCES public.agency_units(agency_code, id);

ALTER TABLE ONLY public.api_clients
    ADD CONSTRAINT api_clients_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_file FOREIGN KEY (sha256) REFERENCES public.files(sha256);

ALTER TABLE ONLY public.calendar_recounts
    ADD CONSTRAINT calendar_recounts_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.client_assertions
    ADD CONSTRAINT client_assertions_client FOREIGN KEY (client_id) REFERENCES public.api_clients(id);

ALTER TABLE ONLY public.client_keys
    ADD CONSTRAINT client_keys_client FOREIGN KEY (client_id) REFERENCES public.api_clients(id);

ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT consultations_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT consultations_from FOREIGN KEY (from_agency) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.consultations
    ADD CONSTRAINT consultations_to FOREIGN KEY (to_agency) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.contents
    ADD CONSTRAINT contents_updated_by FOREIGN KEY (updated_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_notice FOREIGN KEY (notice_id) REFERENCES public.notices(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.desk_filters
    ADD CONSTRAINT desk_filters_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.digests
    ADD CONSTRAINT digests_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.dossier_agents
    ADD CONSTRAINT dossier_agents_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_agents
    ADD CONSTRAINT dossier_agents_mandate FOREIGN KEY (mandate_id) REFERENCES public.mandates(id);

ALTER TABLE ONLY public.dossier_answers
    ADD CONSTRAINT dossier_answers_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_clocks
    ADD CONSTRAINT dossier_clocks_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_events
    ADD CONSTRAINT dossier_events_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.dossier_events
    ADD CONSTRAINT dossier_events_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_events
    ADD CONSTRAINT dossier_events_entry FOREIGN KEY (entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.dossier_messages
    ADD CONSTRAINT dossier_messages_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.dossier_messages
    ADD CONSTRAINT dossier_messages_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_notes
    ADD CONSTRAINT dossier_notes_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.dossier_notes
    ADD CONSTRAINT dossier_notes_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_pauses
    ADD CONSTRAINT dossier_pauses_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_ratings
    ADD CONSTRAINT dossier_ratings_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.dossier_ratings
    ADD CONSTRAINT dossier_ratings_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_reads
    ADD CONSTRAINT dossier_reads_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossier_sources
    ADD CONSTRAINT dossier_sources_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.dossiers
    ADD CONSTRAINT dossiers_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.dossiers
    ADD CONSTRAINT dossiers_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.dossiers
    ADD CONSTRAINT dossiers_assigned_to FOREIGN KEY (assigned_to) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.dossiers
    ADD CONSTRAINT dossiers_revision FOREIGN KEY (revision_id) REFERENCES public.procedure_revisions(id);

ALTER TABLE ONLY public.dossiers
    ADD CONSTRAINT dossiers_unit FOREIGN KEY (agency_code, unit_id) REFERENCES public.agency_units(agency_code, id);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_revision FOREIGN KEY (revision_id) REFERENCES public.procedure_revisions(id);

ALTER TABLE ONLY public.event_files
    ADD CONSTRAINT event_files_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.event_files
    ADD CONSTRAINT event_files_file FOREIGN KEY (sha256) REFERENCES public.files(sha256);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.feedback_events
    ADD CONSTRAINT feedback_events_entry FOREIGN KEY (entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.feedback_events
    ADD CONSTRAINT feedback_events_feedback FOREIGN KEY (feedback_id) REFERENCES public.feedback(id);

ALTER TABLE ONLY public.feedback_figures
    ADD CONSTRAINT feedback_figures_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.feedback_files
    ADD CONSTRAINT feedback_files_feedback FOREIGN KEY (feedback_id) REFERENCES public.feedback(id);

ALTER TABLE ONLY public.feedback_files
    ADD CONSTRAINT feedback_files_file FOREIGN KEY (sha256) REFERENCES public.files(sha256);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_from_agency FOREIGN KEY (from_agency) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.feedback_reactions
    ADD CONSTRAINT feedback_reactions_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.feedback_reactions
    ADD CONSTRAINT feedback_reactions_feedback FOREIGN KEY (feedback_id) REFERENCES public.published_feedback(feedback_id);

ALTER TABLE ONLY public.feedback_rules
    ADD CONSTRAINT feedback_rules_office FOREIGN KEY (office) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.journal_chain
    ADD CONSTRAINT journal_chain_entry FOREIGN KEY (entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.journal_queue
    ADD CONSTRAINT journal_queue_entry FOREIGN KEY (entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.mandates
    ADD CONSTRAINT mandates_agent FOREIGN KEY (agent_id, agent_login) REFERENCES public.accounts(id, login);

ALTER TABLE ONLY public.mandates
    ADD CONSTRAINT mandates_document FOREIGN KEY (document_sha256) REFERENCES public.files(sha256);

ALTER TABLE ONLY public.mandates
    ADD CONSTRAINT mandates_principal FOREIGN KEY (principal_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_feedback FOREIGN KEY (feedback_id) REFERENCES public.feedback(id);

ALTER TABLE ONLY public.obligations
    ADD CONSTRAINT obligations_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.parked_reports
    ADD CONSTRAINT parked_reports_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_based_on FOREIGN KEY (based_on) REFERENCES public.procedure_revisions(id);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_published_by FOREIGN KEY (published_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_published_by_client FOREIGN KEY (published_by_client) REFERENCES public.api_clients(id);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_submitted_by FOREIGN KEY (submitted_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_submitted_by_client FOREIGN KEY (submitted_by_client) REFERENCES public.api_clients(id);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_written_by FOREIGN KEY (written_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.procedure_revisions
    ADD CONSTRAINT procedure_revisions_written_by_client FOREIGN KEY (written_by_client) REFERENCES public.api_clients(id);

ALTER TABLE ONLY public.procedures
    ADD CONSTRAINT procedures_published_revision FOREIGN KEY (published_revision) REFERENCES public.procedure_revisions(id);

ALTER TABLE ONLY public.procedures
    ADD CONSTRAINT procedures_replacement FOREIGN KEY (replacement_code) REFERENCES public.procedures(code);

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_revision FOREIGN KEY (revision_id) REFERENCES public.procedure_revisions(id);

ALTER TABLE ONLY public.published_feedback
    ADD CONSTRAINT published_feedback_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.published_feedback
    ADD CONSTRAINT published_feedback_feedback FOREIGN KEY (feedback_id) REFERENCES public.feedback(id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.report_places
    ADD CONSTRAINT report_places_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_entry FOREIGN KEY (entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_file FOREIGN KEY (sha256) REFERENCES public.files(sha256);

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_revocation_entry FOREIGN KEY (revocation_entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_template FOREIGN KEY (template) REFERENCES public.result_templates(id);

ALTER TABLE ONLY public.revision_templates
    ADD CONSTRAINT revision_templates_file FOREIGN KEY (sha256) REFERENCES public.template_files(sha256);

ALTER TABLE ONLY public.revision_templates
    ADD CONSTRAINT revision_templates_revision FOREIGN KEY (revision_id) REFERENCES public.procedure_revisions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_mandate FOREIGN KEY (mandate_id) REFERENCES public.mandates(id);

ALTER TABLE ONLY public.slips
    ADD CONSTRAINT slips_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.slips
    ADD CONSTRAINT slips_entry FOREIGN KEY (entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.slips
    ADD CONSTRAINT slips_file FOREIGN KEY (sha256) REFERENCES public.files(sha256);

ALTER TABLE ONLY public.slips
    ADD CONSTRAINT slips_printed_entry FOREIGN KEY (printed_entry_id) REFERENCES public.journal_entries(id);

ALTER TABLE ONLY public.slips
    ADD CONSTRAINT slips_template FOREIGN KEY (template) REFERENCES public.slip_templates(id);

ALTER TABLE ONLY public.staff_duties
    ADD CONSTRAINT staff_duties_account FOREIGN KEY (account_id, agency_code) REFERENCES public.accounts(id, agency_code);

ALTER TABLE ONLY public.staff_duties
    ADD CONSTRAINT staff_duties_unit FOREIGN KEY (agency_code, unit_id) REFERENCES public.agency_units(agency_code, id);

ALTER TABLE ONLY public.supplements
    ADD CONSTRAINT supplements_asked_by FOREIGN KEY (asked_by) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.supplements
    ADD CONSTRAINT supplements_dossier FOREIGN KEY (dossier_id) REFERENCES public.dossiers(id);

ALTER TABLE ONLY public.template_files
    ADD CONSTRAINT template_files_file FOREIGN KEY (sha256) REFERENCES public.files(sha256);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_agency FOREIGN KEY (agency_code) REFERENCES public.agencies(code);

ALTER TABLE ONLY public.work_filters
    ADD CONSTRAINT work_filters_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE public.agency_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY agency_events_for_jobs ON public.agency_events TO portal_worker USING (true);

CREATE POLICY agency_events_of_the_acting ON public.agency_events TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.agency_files ENABLE ROW LEVEL SECURITY;

CREATE POLICY agency_files_of_the_acting ON public.agency_files TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.agency_flags ENABLE ROW LEVEL SECURITY;

CREATE POLICY agency_flags_for_all ON public.agency_flags FOR SELECT TO portal_app USING (true);

CREATE POLICY agency_flags_of_the_acting ON public.agency_flags TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.api_clients ENABLE ROW LEVEL SECURITY;

CREATE POLICY api_clients_for_jobs ON public.api_clients TO portal_worker USING (true);

CREATE POLICY api_clients_found ON public.api_clients FOR SELECT TO portal_app USING (true);

CREATE POLICY api_clients_of_the_acting ON public.api_clients FOR UPDATE TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;

CREATE POLICY attachments_for_jobs ON public.attachments TO portal_worker USING (true);

CREATE POLICY attachments_of_the_acting ON public.attachments TO portal_app USING (((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = attachments.owner_id))) OR (EXISTS ( SELECT
   FROM public.drafts
  WHERE (drafts.id = attachments.owner_id)))));

CREATE POLICY attachments_of_what_is_seen ON public.attachments TO portal_app USING (((EXISTS ( SELECT
   FROM public.supplements
  WHERE (supplements.id = attachments.owner_id))) OR (EXISTS ( SELECT
   FROM public.dossier_messages
  WHERE (dossier_messages.id = attachments.owner_id)))));

ALTER TABLE public.client_calls ENABLE ROW LEVEL SECURITY;

CREATE POLICY client_calls_for_jobs ON public.client_calls TO portal_worker USING (true);

CREATE POLICY client_calls_of_the_acting ON public.client_calls TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.client_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY client_keys_added ON public.client_keys FOR INSERT TO portal_app WITH CHECK ((EXISTS ( SELECT
   FROM public.api_clients
  WHERE ((api_clients.id = client_keys.client_id) AND (api_clients.agency_code = public.acting_agency())))));

CREATE POLICY client_keys_for_jobs ON public.client_keys TO portal_worker USING (true);

CREATE POLICY client_keys_found ON public.client_keys FOR SELECT TO portal_app USING (true);

CREATE POLICY client_keys_revoked ON public.client_keys FOR UPDATE TO portal_app USING ((EXISTS ( SELECT
   FROM public.api_clients
  WHERE ((api_clients.id = client_keys.client_id) AND (api_clients.agency_code = public.acting_agency())))));

ALTER TABLE public.consultations ENABLE ROW LEVEL SECURITY;

CREATE POLICY consultations_for_jobs ON public.consultations TO portal_worker USING (true);

CREATE POLICY consultations_of_the_acting ON public.consultations TO portal_app USING (((from_agency = public.acting_agency()) OR (to_agency = public.acting_agency())));

ALTER TABLE public.day_comparisons ENABLE ROW LEVEL SECURITY;

CREATE POLICY day_comparisons_for_jobs ON public.day_comparisons TO portal_worker USING (true);

CREATE POLICY day_comparisons_of_the_acting ON public.day_comparisons TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.deliveries ENABLE ROW LEVEL SECURITY;

CREATE POLICY deliveries_for_jobs ON public.deliveries TO portal_worker USING (true);

CREATE POLICY deliveries_of_the_agency ON public.deliveries TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.desk_filters ENABLE ROW LEVEL SECURITY;

CREATE POLICY desk_filters_of_their_owner ON public.desk_filters TO portal_app USING ((account_id = public.acting_account()));

ALTER TABLE public.dossier_agents ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_agents_for_jobs ON public.dossier_agents FOR SELECT TO portal_worker USING (true);

CREATE POLICY dossier_agents_of_the_acting ON public.dossier_agents TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_agents.dossier_id))));

ALTER TABLE public.dossier_answers ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_answers_for_jobs ON public.dossier_answers TO portal_worker USING (true);

CREATE POLICY dossier_answers_of_the_acting ON public.dossier_answers TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_answers.dossier_id))));

ALTER TABLE public.dossier_children ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_children_for_jobs ON public.dossier_children FOR SELECT TO portal_worker USING (true);

CREATE POLICY dossier_children_of_the_acting ON public.dossier_children TO portal_app USING (((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_children.dossier_id))) OR (EXISTS ( SELECT
   FROM public.drafts
  WHERE (drafts.id = dossier_children.dossier_id)))));

ALTER TABLE public.dossier_clocks ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_clocks_for_jobs ON public.dossier_clocks TO portal_worker USING (true);

CREATE POLICY dossier_clocks_of_the_acting ON public.dossier_clocks TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_clocks.dossier_id))));

ALTER TABLE public.dossier_count_changes ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_count_changes_for_jobs ON public.dossier_count_changes TO portal_worker USING (true);

CREATE POLICY dossier_count_changes_of_the_acting ON public.dossier_count_changes TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.dossier_counts ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_counts_for_jobs ON public.dossier_counts TO portal_worker USING (true);

CREATE POLICY dossier_counts_of_the_acting ON public.dossier_counts TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.dossier_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_events_for_jobs ON public.dossier_events TO portal_worker USING (true);

CREATE POLICY dossier_events_of_the_acting ON public.dossier_events TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_events.dossier_id))));

ALTER TABLE public.dossier_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_messages_of_the_acting ON public.dossier_messages TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_messages.dossier_id))));

ALTER TABLE public.dossier_notes ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_notes_of_the_agency ON public.dossier_notes TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE ((dossiers.id = dossier_notes.dossier_id) AND (dossiers.agency_code = public.acting_agency())))));

ALTER TABLE public.dossier_pauses ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_pauses_for_jobs ON public.dossier_pauses TO portal_worker USING (true);

CREATE POLICY dossier_pauses_of_the_acting ON public.dossier_pauses TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_pauses.dossier_id))));

ALTER TABLE public.dossier_ratings ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_ratings_for_jobs ON public.dossier_ratings TO portal_worker USING (true);

CREATE POLICY dossier_ratings_of_the_acting ON public.dossier_ratings TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_ratings.dossier_id))));

ALTER TABLE public.dossier_reads ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_reads_of_the_acting ON public.dossier_reads TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = dossier_reads.dossier_id))));

ALTER TABLE public.dossier_sources ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossier_sources_for_jobs ON public.dossier_sources TO portal_worker USING (true);

CREATE POLICY dossier_sources_of_the_acting ON public.dossier_sources TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.dossiers ENABLE ROW LEVEL SECURITY;

CREATE POLICY dossiers_for_jobs ON public.dossiers TO portal_worker USING (true);

CREATE POLICY dossiers_of_the_acting ON public.dossiers TO portal_app USING ((((agency_code = public.acting_agency()) IS TRUE) OR ((account_id = public.acting_account()) AND public.acting_covers(procedure_code))));

ALTER TABLE public.drafts ENABLE ROW LEVEL SECURITY;

CREATE POLICY drafts_for_jobs ON public.drafts TO portal_worker USING (true);

CREATE POLICY drafts_of_their_owner ON public.drafts TO portal_app USING (((account_id = public.acting_account()) AND public.acting_covers(procedure_code)));

ALTER TABLE public.event_files ENABLE ROW LEVEL SECURITY;

CREATE POLICY event_files_of_the_acting ON public.event_files TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = event_files.dossier_id))));

ALTER TABLE public.feedback ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.feedback_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY feedback_events_for_jobs ON public.feedback_events TO portal_worker USING (true);

CREATE POLICY feedback_events_of_the_acting ON public.feedback_events TO portal_app USING ((EXISTS ( SELECT
   FROM public.feedback
  WHERE (feedback.id = feedback_events.feedback_id))));

ALTER TABLE public.feedback_files ENABLE ROW LEVEL SECURITY;

CREATE POLICY feedback_files_for_jobs ON public.feedback_files TO portal_worker USING (true);

CREATE POLICY feedback_files_of_the_acting ON public.feedback_files TO portal_app USING ((EXISTS ( SELECT
   FROM public.feedback
  WHERE (feedback.id = feedback_files.feedback_id))));

CREATE POLICY feedback_for_jobs ON public.feedback TO portal_worker USING (true);

CREATE POLICY feedback_moved_by_the_acting ON public.feedback FOR UPDATE TO portal_app USING (((agency_code = public.acting_agency()) OR (account_id = public.acting_account()) OR (tracking_hash = public.acting_tracking()))) WITH CHECK (true);

CREATE POLICY feedback_of_the_acting ON public.feedback FOR SELECT TO portal_app USING (((agency_code = public.acting_agency()) OR (from_agency = public.acting_agency()) OR (account_id = public.acting_account()) OR (tracking_hash = public.acting_tracking())));

ALTER TABLE public.feedback_reactions ENABLE ROW LEVEL SECURITY;

CREATE POLICY feedback_reactions_for_jobs ON public.feedback_reactions TO portal_worker USING (true);

CREATE POLICY feedback_reactions_of_the_acting ON public.feedback_reactions TO portal_app USING ((account_id = public.acting_account()));

CREATE POLICY feedback_sent_by_the_acting ON public.feedback FOR INSERT TO portal_app WITH CHECK (((tracking_hash = public.acting_tracking()) AND (NOT (account_id IS DISTINCT FROM public.acting_account()))));

ALTER TABLE public.mandates ENABLE ROW LEVEL SECURITY;

CREATE POLICY mandates_are_answered_by_both ON public.mandates FOR UPDATE TO portal_app USING (((principal_id = public.acting_account()) OR (agent_login = ( SELECT accounts.login
   FROM public.accounts
  WHERE (accounts.id = public.acting_account())))));

CREATE POLICY mandates_are_given_by_the_principal ON public.mandates FOR INSERT TO portal_app WITH CHECK (((principal_id = public.acting_account()) AND (agent_id IS NULL) AND (revoked_at IS NULL)));

CREATE POLICY mandates_for_jobs ON public.mandates FOR SELECT TO portal_worker USING (true);

CREATE POLICY mandates_of_both ON public.mandates FOR SELECT TO portal_app USING (((principal_id = public.acting_account()) OR (agent_login = ( SELECT accounts.login
   FROM public.accounts
  WHERE (accounts.id = public.acting_account())))));

ALTER TABLE public.notices ENABLE ROW LEVEL SECURITY;

CREATE POLICY notices_for_jobs ON public.notices TO portal_worker USING (true);

CREATE POLICY notices_of_their_reader ON public.notices TO portal_app USING ((account_id = public.acting_account()));

ALTER TABLE public.obligations ENABLE ROW LEVEL SECURITY;

CREATE POLICY obligations_of_the_acting ON public.obligations TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = obligations.dossier_id))));

ALTER TABLE public.parked_reports ENABLE ROW LEVEL SECURITY;

CREATE POLICY parked_reports_for_jobs ON public.parked_reports TO portal_worker USING (true);

CREATE POLICY parked_reports_of_the_acting ON public.parked_reports TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.recovery_codes ENABLE ROW LEVEL SECURITY;

CREATE POLICY recovery_codes_of_the_agency ON public.recovery_codes TO portal_app USING ((EXISTS ( SELECT
   FROM public.accounts a
  WHERE ((a.id = recovery_codes.account_id) AND (a.agency_code = public.acting_agency())))));

CREATE POLICY recovery_codes_of_their_owner ON public.recovery_codes TO portal_app USING ((account_id = public.acting_account()));

ALTER TABLE public.refused_reports ENABLE ROW LEVEL SECURITY;

CREATE POLICY refused_reports_for_jobs ON public.refused_reports TO portal_worker USING (true);

CREATE POLICY refused_reports_of_the_acting ON public.refused_reports TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.reminders ENABLE ROW LEVEL SECURITY;

CREATE POLICY reminders_for_jobs ON public.reminders TO portal_worker USING (true);

ALTER TABLE public.report_places ENABLE ROW LEVEL SECURITY;

CREATE POLICY report_places_for_jobs ON public.report_places TO portal_worker USING (true);

CREATE POLICY report_places_of_the_acting ON public.report_places TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.results ENABLE ROW LEVEL SECURITY;

CREATE POLICY results_for_jobs ON public.results TO portal_worker USING (true);

CREATE POLICY results_issued ON public.results FOR INSERT TO portal_app WITH CHECK ((agency_code = public.acting_agency()));

CREATE POLICY results_revoked ON public.results FOR UPDATE TO portal_app USING ((agency_code = public.acting_agency()));

CREATE POLICY results_seen ON public.results FOR SELECT TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = results.dossier_id))));

ALTER TABLE public.second_factors ENABLE ROW LEVEL SECURITY;

CREATE POLICY second_factors_of_the_agency ON public.second_factors TO portal_app USING ((EXISTS ( SELECT
   FROM public.accounts a
  WHERE ((a.id = second_factors.account_id) AND (a.agency_code = public.acting_agency())))));

CREATE POLICY second_factors_of_their_owner ON public.second_factors TO portal_app USING ((account_id = public.acting_account()));

ALTER TABLE public.slips ENABLE ROW LEVEL SECURITY;

CREATE POLICY slips_are_issued ON public.slips FOR INSERT TO portal_app WITH CHECK ((agency_code = public.acting_agency()));

CREATE POLICY slips_are_printed ON public.slips FOR UPDATE TO portal_app USING (((agency_code = public.acting_agency()) OR ((kind <> 'control'::text) AND (EXISTS ( SELECT
   FROM public.dossiers
  WHERE ((dossiers.id = slips.dossier_id) AND (dossiers.account_id = public.acting_account())))))));

CREATE POLICY slips_are_seen ON public.slips FOR SELECT TO portal_app USING (((agency_code = public.acting_agency()) OR ((kind <> 'control'::text) AND (EXISTS ( SELECT
   FROM public.dossiers
  WHERE ((dossiers.id = slips.dossier_id) AND (dossiers.account_id = public.acting_account())))))));

CREATE POLICY slips_for_jobs ON public.slips TO portal_worker USING (true);

ALTER TABLE public.staff_duties ENABLE ROW LEVEL SECURITY;

CREATE POLICY staff_duties_are_seen ON public.staff_duties FOR SELECT TO portal_app USING (true);

CREATE POLICY staff_duties_for_jobs ON public.staff_duties FOR SELECT TO portal_worker USING (true);

CREATE POLICY staff_duties_of_the_agency ON public.staff_duties TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.supplements ENABLE ROW LEVEL SECURITY;

CREATE POLICY supplements_for_jobs ON public.supplements TO portal_worker USING (true);

CREATE POLICY supplements_of_the_acting ON public.supplements TO portal_app USING ((EXISTS ( SELECT
   FROM public.dossiers
  WHERE (dossiers.id = supplements.dossier_id))));

ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;

CREATE POLICY webhooks_for_jobs ON public.webhooks TO portal_worker USING (true);

CREATE POLICY webhooks_of_the_acting ON public.webhooks TO portal_app USING ((agency_code = public.acting_agency()));

ALTER TABLE public.work_filters ENABLE ROW LEVEL SECURITY;

CREATE POLICY work_filters_of_their_owner ON public.work_filters TO portal_app USING ((account_id = public.acting_account()));

GRANT USAGE ON SCHEMA public TO portal_app;
GRANT USAGE ON SCHEMA public TO portal_worker;

REVOKE ALL ON FUNCTION public.look_up_result(wanted_code text, wanted_sha256 bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.look_up_result(wanted_code text, wanted_sha256 bytea) TO portal_app;

REVOKE ALL ON FUNCTION public.make_months(since timestamp with time zone, months integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.make_months(since timestamp with time zone, months integer) TO portal_worker;

REVOKE ALL ON FUNCTION public.notices_count_unread() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.principal_of(wanted uuid, agent uuid, today date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.principal_of(wanted uuid, agent uuid, today date) TO portal_app;

REVOKE ALL ON FUNCTION public.revision_usage(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.revision_usage(wanted text) TO portal_app;

REVOKE ALL ON FUNCTION public.track_dossier(wanted_code text, digits text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.track_dossier(wanted_code text, digits text) TO portal_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.access_tokens TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.access_tokens TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.accounts TO portal_app;
GRANT SELECT ON TABLE public.accounts TO portal_worker;

GRANT SELECT ON TABLE public.agencies TO portal_app;
GRANT SELECT ON TABLE public.agencies TO portal_worker;

GRANT SELECT,INSERT,DELETE ON TABLE public.agency_days TO portal_app;
GRANT SELECT ON TABLE public.agency_days TO portal_worker;

GRANT SELECT ON TABLE public.agency_events TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.agency_events TO portal_worker;

GRANT SELECT ON TABLE public.agency_events_unplaced TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.agency_files TO portal_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.agency_flags TO portal_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.agency_hours TO portal_app;
GRANT SELECT ON TABLE public.agency_hours TO portal_worker;

GRANT SELECT ON TABLE public.agency_performance TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agency_performance TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.agency_profiles TO portal_app;
GRANT SELECT ON TABLE public.agency_profiles TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.agency_units TO portal_app;
GRANT SELECT ON TABLE public.agency_units TO portal_worker;

GRANT SELECT,UPDATE ON TABLE public.api_clients TO portal_app;
GRANT SELECT ON TABLE public.api_clients TO portal_worker;

GRANT SELECT,INSERT,DELETE ON TABLE public.attachments TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.attachments TO portal_worker;

GRANT INSERT ON TABLE public.calendar_recounts TO portal_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.calendar_recounts TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.client_assertions TO portal_app;
GRANT SELECT,DELETE ON TABLE public.client_assertions TO portal_worker;

GRANT SELECT ON TABLE public.client_calls TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.client_calls TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.client_keys TO portal_app;
GRANT SELECT ON TABLE public.client_keys TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.consultations TO portal_app;
GRANT SELECT ON TABLE public.consultations TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.contents TO portal_app;
GRANT SELECT ON TABLE public.contents TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.day_comparisons TO portal_app;
GRANT SELECT ON TABLE public.day_comparisons TO portal_worker;

GRANT SELECT ON TABLE public.deadline_rules TO portal_app;
GRANT SELECT ON TABLE public.deadline_rules TO portal_worker;

GRANT SELECT ON TABLE public.deliveries TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deliveries TO portal_worker;

GRANT UPDATE(state) ON TABLE public.deliveries TO portal_app;

GRANT UPDATE(attempts) ON TABLE public.deliveries TO portal_app;

GRANT UPDATE(queued_at) ON TABLE public.deliveries TO portal_app;

GRANT UPDATE(next_at) ON TABLE public.deliveries TO portal_app;

GRANT UPDATE(changed_at) ON TABLE public.deliveries TO portal_app;

GRANT UPDATE(reason) ON TABLE public.deliveries TO portal_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.desk_filters TO portal_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.digests TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.dossier_agents TO portal_app;
GRANT SELECT ON TABLE public.dossier_agents TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_answers TO portal_app;
GRANT SELECT,UPDATE ON TABLE public.dossier_answers TO portal_worker;

GRANT SELECT,INSERT,DELETE ON TABLE public.dossier_children TO portal_app;
GRANT SELECT ON TABLE public.dossier_children TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_clocks TO portal_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_clocks TO portal_worker;

GRANT SELECT ON TABLE public.dossier_count_changes TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dossier_count_changes TO portal_worker;

GRANT SELECT ON TABLE public.dossier_counts TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dossier_counts TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.dossier_events TO portal_app;
GRANT SELECT,INSERT ON TABLE public.dossier_events TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_messages TO portal_app;

GRANT SELECT,INSERT ON TABLE public.dossier_notes TO portal_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_numbers TO portal_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_numbers TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_pauses TO portal_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_pauses TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.dossier_ratings TO portal_app;
GRANT SELECT ON TABLE public.dossier_ratings TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.dossier_reads TO portal_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier_sources TO portal_app;
GRANT SELECT ON TABLE public.dossier_sources TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dossiers TO portal_app;
GRANT SELECT,UPDATE ON TABLE public.dossiers TO portal_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.drafts TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.drafts TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.event_files TO portal_app;

GRANT SELECT ON TABLE public.feed_floor TO portal_app;
GRANT SELECT,UPDATE ON TABLE public.feed_floor TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.feedback TO portal_app;
GRANT SELECT ON TABLE public.feedback TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.feedback_events TO portal_app;
GRANT SELECT ON TABLE public.feedback_events TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.feedback_figures TO portal_app;
GRANT SELECT ON TABLE public.feedback_figures TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.feedback_files TO portal_app;
GRANT SELECT ON TABLE public.feedback_files TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.feedback_numbers TO portal_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.feedback_reactions TO portal_app;
GRANT SELECT ON TABLE public.feedback_reactions TO portal_worker;

GRANT SELECT ON TABLE public.feedback_rules TO portal_app;
GRANT SELECT ON TABLE public.feedback_rules TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.files TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.files TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.holidays TO portal_app;
GRANT SELECT ON TABLE public.holidays TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.idempotency_keys TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency_keys TO portal_worker;

GRANT SELECT ON TABLE public.journal_chain TO portal_app;
GRANT SELECT,INSERT ON TABLE public.journal_chain TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.journal_entries TO portal_app;
GRANT SELECT,INSERT ON TABLE public.journal_entries TO portal_worker;

GRANT SELECT ON TABLE public.journal_heads TO portal_app;
GRANT SELECT,INSERT ON TABLE public.journal_heads TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.journal_queue TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.journal_queue TO portal_worker;

GRANT SELECT ON TABLE public.journal_tree TO portal_app;
GRANT SELECT,INSERT ON TABLE public.journal_tree TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.mandates TO portal_app;
GRANT SELECT ON TABLE public.mandates TO portal_worker;

GRANT UPDATE(agent_id) ON TABLE public.mandates TO portal_app;

GRANT UPDATE(accepted_at) ON TABLE public.mandates TO portal_app;

GRANT UPDATE(revoked_at) ON TABLE public.mandates TO portal_app;

GRANT UPDATE(revoked_by) ON TABLE public.mandates TO portal_app;

GRANT SELECT ON TABLE public.notices TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.notices TO portal_worker;

GRANT UPDATE(read_at) ON TABLE public.notices TO portal_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.obligations TO portal_app;

GRANT INSERT ON TABLE public.outbox TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outbox TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.parked_reports TO portal_app;
GRANT SELECT,UPDATE ON TABLE public.parked_reports TO portal_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procedure_revisions TO portal_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.procedure_revisions TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.procedures TO portal_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.procedures TO portal_worker;

GRANT SELECT ON TABLE public.provinces TO portal_app;
GRANT SELECT ON TABLE public.provinces TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.publications TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.publications TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.published_feedback TO portal_app;
GRANT SELECT ON TABLE public.published_feedback TO portal_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO portal_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.refused_reports TO portal_app;
GRANT SELECT,DELETE ON TABLE public.refused_reports TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.reminders TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.report_places TO portal_app;
GRANT SELECT ON TABLE public.report_places TO portal_worker;

GRANT SELECT ON TABLE public.result_templates TO portal_app;
GRANT SELECT ON TABLE public.result_templates TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.results TO portal_app;
GRANT SELECT ON TABLE public.results TO portal_worker;

GRANT UPDATE(revoked_at) ON TABLE public.results TO portal_app;

GRANT UPDATE(revoked_by) ON TABLE public.results TO portal_app;

GRANT UPDATE(revocation_reason) ON TABLE public.results TO portal_app;

GRANT UPDATE(revocation_entry_id) ON TABLE public.results TO portal_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.revision_templates TO portal_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.revision_templates TO portal_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.second_factors TO portal_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO portal_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_failures TO portal_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_failures TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.slip_numbers TO portal_app;

GRANT SELECT ON TABLE public.slip_templates TO portal_app;
GRANT SELECT ON TABLE public.slip_templates TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.slips TO portal_app;
GRANT SELECT ON TABLE public.slips TO portal_worker;

GRANT UPDATE(sha256) ON TABLE public.slips TO portal_app;

GRANT UPDATE(printed_entry_id) ON TABLE public.slips TO portal_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff_duties TO portal_app;
GRANT SELECT ON TABLE public.staff_duties TO portal_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.supplements TO portal_app;
GRANT SELECT ON TABLE public.supplements TO portal_worker;

GRANT SELECT,INSERT ON TABLE public.template_files TO portal_app;
GRANT SELECT,INSERT ON TABLE public.template_files TO portal_worker;

GRANT SELECT ON TABLE public.wards TO portal_app;
GRANT SELECT ON TABLE public.wards TO portal_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks TO portal_app;
GRANT SELECT,UPDATE ON TABLE public.webhooks TO portal_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.work_filters TO portal_app;
