-- People, businesses and staff who sign in; agency systems that call the API.

create table accounts (
    id                    uuid        not null,
    kind                  text        not null,
    login                 text        not null,  -- personal number, tax code, or a name given to staff
    name                  text        not null,  -- of the person, or of the business
    password_hash         text        not null,
    date_of_birth         date,
    sex                   text,
    phone                 text,
    email                 text,
    address               text,
    representative_name   text,
    representative_number text,
    agency_code           text,
    created_at            timestamptz not null,
    disabled_at           timestamptz,
    constraint accounts_pkey primary key (id),
    constraint accounts_login_once unique (login),
    constraint accounts_kind check (kind in ('citizen', 'business', 'officer', 'publisher')),
    constraint accounts_staff_belong_to_an_agency check ((kind in ('officer', 'publisher')) = (agency_code is not null)),
    constraint accounts_agency foreign key (agency_code) references agencies (code)
);

create table sessions (
    id           uuid        not null,
    token_hash   bytea       not null,
    account_id   uuid        not null,
    device       text        not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    constraint sessions_pkey primary key (id),
    constraint sessions_token_once unique (token_hash),
    constraint sessions_account foreign key (account_id) references accounts (id)
);
create index sessions_account on sessions (account_id, last_seen_at desc);

-- Wrong passwords, counted per sign-in name whether or not such an account exists: the answer is the same for both.
create table sign_in_failures (
    login_digest bytea       not null,
    failures     integer     not null,
    since        timestamptz not null,
    constraint sign_in_failures_pkey primary key (login_digest)
);

create table api_clients (
    id          text        not null,
    agency_code text        not null,
    name        text        not null,
    secret_hash bytea       not null,           -- SHA-256 of a 256-bit random secret
    scopes      text[]      not null,
    created_at  timestamptz not null,
    disabled_at timestamptz,
    constraint api_clients_pkey primary key (id),
    constraint api_clients_agency foreign key (agency_code) references agencies (code)
);

create table access_tokens (
    token_hash bytea       not null,
    client_id  text        not null,
    expires_at timestamptz not null,
    constraint access_tokens_pkey primary key (token_hash),
    constraint access_tokens_client foreign key (client_id) references api_clients (id)
);
create index access_tokens_age on access_tokens (expires_at);

grant select, insert, update on accounts to portal_app;
grant select, insert, update, delete on sessions, sign_in_failures to portal_app, portal_worker;
grant select on api_clients to portal_app;
grant select, insert, delete on access_tokens to portal_app, portal_worker;
grant select on accounts, api_clients to portal_worker;
