-- Who administers what, valid in time. A unit's code is reused: 82 was Tiền Giang until 30 June 2025 and is Đồng Tháp since.
-- So the key is the code together with its period, and no two periods of one code overlap.

create table provinces (
    code           text not null,
    name           text not null,
    kind           text not null,
    valid_from     date not null,
    valid_to       date,                       -- exclusive; null = still valid
    successor_code text,                       -- code in the next period
    agency_code    text,                       -- identifier of its People's Committee (QĐ 20/2020/QĐ-TTg)
    agency_code_status text not null,
    constraint provinces_pkey primary key (code, valid_from),
    constraint provinces_period check (valid_to is null or valid_to > valid_from),
    constraint provinces_one_owner_of_a_code exclude using gist
        (code with =, daterange(valid_from, valid_to) with &&)
);

create table wards (
    code          text not null,
    name          text not null,
    kind          text not null,
    province_code text not null,
    valid_from    date not null,
    valid_to      date,
    constraint wards_pkey primary key (code, valid_from),
    constraint wards_one_owner_of_a_code exclude using gist
        (code with =, daterange(valid_from, valid_to) with &&)
);
create index wards_province on wards (province_code);

create table agencies (
    code           text not null,
    name           text not null,
    kind           text not null,
    parent_code    text,
    province_code  text,
    ward_code      text,
    valid_from     date not null,
    valid_to       date,
    successor_name text,
    code_status    text not null,              -- verified | unverified | provisional
    constraint agencies_pkey primary key (code),
    constraint agencies_code_form check (code ~ '^[0-9A-Z.]{1,35}$'),
    constraint agencies_code_status check (code_status in ('verified', 'unverified', 'provisional'))
);
create index agencies_place on agencies (kind, province_code, ward_code);

-- Days off and Saturdays worked in exchange, as announced each year. Sundays and plain Saturdays need no row.
create table holidays (
    day    date not null,
    kind   text not null,
    name   text not null,
    status text not null,
    source text not null,
    constraint holidays_pkey primary key (day),
    constraint holidays_kind check (kind in ('off', 'working_saturday'))
);

-- Hours and cut-offs that the law gives, dated. The newest row not after a day applies on that day.
create table deadline_rules (
    valid_from     date    not null,
    office_closes  integer not null,           -- minute of the day in Vietnam
    source         text    not null,
    constraint deadline_rules_pkey primary key (valid_from)
);

grant select on provinces, wards, agencies, holidays, deadline_rules to portal_app, portal_worker;
