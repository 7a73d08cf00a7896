-- Organisations and administrative units, valid in time; days off; hours that the law gives.

-- name: agencies.provinces :many
-- The provinces of a day, in Vietnamese order. $1 day
select code, name
from provinces
where valid_from <= $1 and (valid_to is null or valid_to > $1)
order by regexp_replace(name, '^(Thành phố|Tỉnh) ', '') collate "vi-x-icu";

-- name: agencies.wards :many
-- The wards, communes and special zones of a province on a day. $1 province, $2 day
select code, name
from wards
where province_code = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)
order by regexp_replace(name, '^(Phường|Xã|Đặc khu) ', '') collate "vi-x-icu";

-- name: agencies.place :optional
-- A ward with its province, if they belong together on a day. $1 province, $2 ward, $3 day
select ward.name as ward, province.name as province
from wards ward
join provinces province on province.code = ward.province_code
where province.code = $1 and ward.code = $2
    and ward.valid_from <= $3 and (ward.valid_to is null or ward.valid_to > $3)
    and province.valid_from <= $3 and (province.valid_to is null or province.valid_to > $3);

-- name: agencies.places :many
-- Several at once; pairs that don't belong together are left out. $1 provinces, $2 wards of the same length, $3 day
select ward.province_code as province_code, ward.code as ward_code, ward.name as ward, province.name as province
from unnest($1::text[], $2::text[]) as wanted (province, ward)
join wards ward on ward.code = wanted.ward and ward.province_code = wanted.province
join provinces province on province.code = ward.province_code
where ward.valid_from <= $3 and (ward.valid_to is null or ward.valid_to > $3)
    and province.valid_from <= $3 and (province.valid_to is null or province.valid_to > $3);

-- name: agencies.successor :many
-- Where a province's code leads after a day, following mergers. $1 code, $2 a day on which the code was valid
select next.code as code, next.name as name
from provinces old
join provinces next on next.code = old.successor_code and next.valid_from = old.valid_to
where old.code = $1 and old.valid_from <= $2 and old.valid_to > $2;

-- name: agencies.find :optional
-- $1 code
select code, name, kind, province_code, ward_code, code_status from agencies where code = $1;

-- name: agencies.receiving :optional
-- The agency of a kind that serves a place. Kinds of a whole province ignore the ward. $1 kind, $2 province, $3 ward, $4 day
select code, name, kind, province_code, ward_code, code_status
from agencies
where kind = $1 and province_code = $2 and (ward_code is null or ward_code = $3)
    and valid_from <= $4 and (valid_to is null or valid_to > $4)
order by code
limit 1;

-- name: agencies.calendar :many
select day, kind, name, status, source from holidays where not removed order by day;

-- name: agencies.lock_calendar :one
-- One change of the calendar at a time: a second one waits, and then finds another calendar than it looked at.
select pg_advisory_xact_lock(hashtext('agencies.calendar')) is null as locked;

-- name: agencies.add_day :exec
-- $1 day, $2 kind, $3 name, $4 status, $5 source
insert into holidays (day, kind, name, status, source, edited_here) values ($1, $2, $3, $4, $5, true)
on conflict on constraint holidays_pkey do update
set kind = excluded.kind, name = excluded.name, status = excluded.status, source = excluded.source, edited_here = true,
    removed = false;

-- name: agencies.remove_day :exec
-- $1 day
update holidays set removed = true, edited_here = true where day = $1;

-- name: agencies.request_recount :exec
-- Open dossiers are to be counted again. $1 the first day that changed, $2 now, $3 agency (null = all)
insert into calendar_recounts (day, requested_at, agency_code) values ($1, $2, $3);

-- name: agencies.own_weeks :many
-- $1 agency
select valid_from, week::text as week, source from agency_hours where agency_code = $1 order by valid_from;

-- name: agencies.own_days :many
-- $1 agency
select day, hours, source from agency_days where agency_code = $1 order by day;

-- name: agencies.add_week :exec
-- $1 agency, $2 valid from, $3 ranges of seven days, $4 source
insert into agency_hours (agency_code, valid_from, week, source) values ($1, $2, $3, $4);

-- name: agencies.remove_week :exec
-- $1 agency, $2 valid from
delete from agency_hours where agency_code = $1 and valid_from = $2;

-- name: agencies.add_own_day :exec
-- $1 agency, $2 day, $3 ranges ('' = closed), $4 source
insert into agency_days (agency_code, day, hours, source) values ($1, $2, $3, $4);

-- name: agencies.remove_own_day :exec
-- $1 agency, $2 day
delete from agency_days where agency_code = $1 and day = $2;

-- name: agencies.rule :one
-- The hours in force on a day. $1 day
select office_closes from deadline_rules where valid_from <= $1 order by valid_from desc limit 1;

-- Agencies as people find them, and what publishers say of them.

-- name: agencies.national :many
-- Ministries and other national agencies of a day, in Vietnamese order. $1 day
select code, name, kind, code_status, valid_from, valid_to
from agencies
where province_code is null and not is_sandbox and valid_from <= $1 and (valid_to is null or valid_to > $1)
order by name collate "vi-x-icu";

-- name: agencies.provincial :many
-- The agencies that serve a whole province on a day. $1 province, $2 day
select code, name, kind, code_status, valid_from, valid_to
from agencies
where province_code = $1 and ward_code is null and valid_from <= $2 and (valid_to is null or valid_to > $2)
order by kind <> 'province_committee', name collate "vi-x-icu", code;

-- name: agencies.province_committees :many
-- The committees of all provinces of a day, in the order of their provinces' names, which follow that of the kind. $1 day
select code, name, kind, code_status, valid_from, valid_to
from agencies
where kind = 'province_committee' and valid_from <= $1 and (valid_to is null or valid_to > $1)
order by regexp_replace(name, '^Ủy ban nhân dân (thành phố|tỉnh) ', '') collate "vi-x-icu", code;

-- name: agencies.committees :many
-- The committees of the wards of a province on a day, in the order of their wards' names, which begin after that of the
-- kind. $1 province, $2 day, $3 after code ('' = from the first), $4 how many
with committee as (
    select code, name, kind, code_status, valid_from, valid_to,
        regexp_replace(name, '^Ủy ban nhân dân (phường|xã|đặc khu) ', '') collate "vi-x-icu" as place
    from agencies
    where province_code = $1 and kind = 'commune_committee' and valid_from <= $2 and (valid_to is null or valid_to > $2)
)
select code, name, kind, code_status, valid_from, valid_to
from committee
where $3 = '' or (place, code) > (select last.place, last.code from committee last where last.code = $3)
order by place, code
limit $4;

-- name: agencies.search :many
-- Agencies whose name or code has words that begin with all of these, in any accent; short names first, which are those of the whole. What
-- no longer exists is found too. $1 words, folded, $2 after code ('' = from the first), $3 how many
select code, name, kind, code_status, valid_from, valid_to
from agencies
where not is_sandbox and folded like all (select '% ' || word || '%' from unnest($1::text[]) as word)
    and ($2 = '' or (length(name), code) > (select length(last.name), last.code from agencies last where last.code = $2))
order by length(name), code
limit $3;

-- name: agencies.listing :many
-- Agencies in the order of their codes. $1 words, folded, $2 this one and its children ('' = all), $3 province ('' = any),
-- $4 after code, $5 how many
select code, name, kind, code_status, valid_from, valid_to
from agencies
where code > $4 and not is_sandbox
    and ($2 = '' or code = $2 or parent_code = $2)
    and ($3 = '' or province_code = $3)
    and folded like all (select '% ' || word || '%' from unnest($1::text[]) as word)
order by code
limit $5;

-- name: agencies.record :optional
-- All that is known of an agency; nothing of one that exists to practise with. $1 code
select agency.code as code, agency.name as name, agency.kind as kind, agency.code_status as code_status,
    agency.valid_from as valid_from, agency.valid_to as valid_to, agency.province_code as province_code,
    agency.ward_code as ward_code, agency.parent_code as parent_code, parent.name as parent_name,
    agency.successor_name as successor_name, (
        select successor.code from agencies successor
        where successor.name = agency.successor_name and successor.valid_to is null order by successor.code limit 1
    ) as successor_code,
    profile.address as address, profile.phone as phone, profile.email as email, profile.website as website,
    profile.hours_vi as hours_vi, profile.hours_en as hours_en, profile.places as places,
    coalesce(profile.version, 0) as version, profile.updated_at as updated_at
from agencies agency
left join agencies parent on parent.code = agency.parent_code
left join agency_profiles profile on profile.agency_code = agency.code
where agency.code = $1 and not agency.is_sandbox;

-- name: agencies.predecessors :many
-- The agencies whose work an agency took over. $1 its name
select code, name, kind, code_status, valid_from, valid_to
from agencies
where successor_name = $1
order by code;

-- name: agencies.save_profile :exec
-- An edit, unless somebody else has saved one meanwhile. $1 agency, $2 address, $3 phone, $4 e-mail, $5 website,
-- $6 hours in Vietnamese, $7 in English, $8 places, $9 version it was read in, $10 author, $11 now
insert into agency_profiles (agency_code, address, phone, email, website, hours_vi, hours_en, places, version,
    updated_by, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $10, $11)
on conflict on constraint agency_profiles_pkey do update
set address = excluded.address, phone = excluded.phone, email = excluded.email, website = excluded.website,
    hours_vi = excluded.hours_vi, hours_en = excluded.hours_en, places = excluded.places,
    version = agency_profiles.version + 1, updated_by = excluded.updated_by, updated_at = excluded.updated_at
where agency_profiles.version = $9;

-- name: agencies.addresses :many
-- Agencies whose pages search engines are told of: national ones, and those of whole provinces. $1 day
select agency.code as code, profile.updated_at as updated_at
from agencies agency
left join agency_profiles profile on profile.agency_code = agency.code
where agency.ward_code is null and not agency.is_sandbox and agency.valid_from <= $1 and (agency.valid_to is null or agency.valid_to > $1)
order by agency.code;

-- The reference data

-- name: agencies.open_sandbox :exec
-- An agency that systems practise with. $1 code, $2 name, $3 valid from
insert into agencies (code, name, kind, valid_from, code_status, is_sandbox)
values ($1, $2, 'sandbox', $3, 'provisional', true)
on conflict on constraint agencies_pkey do update set name = excluded.name where agencies.is_sandbox;

-- name: agencies.load_provinces :exec
-- $1 codes, $2 names, $3 kinds, $4 successors ('' = none), $5 agencies ('' = unknown), $6 states of those, $7 from, $8 to (null = still)
insert into provinces (code, name, kind, successor_code, agency_code, agency_code_status, valid_from, valid_to)
select code, name, kind, nullif(successor, ''), nullif(agency, ''), agency_status, $7::date, $8::date
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as given (code, name, kind, successor, agency, agency_status)
on conflict on constraint provinces_pkey do update
set name = excluded.name, kind = excluded.kind, successor_code = excluded.successor_code,
    agency_code = excluded.agency_code, agency_code_status = excluded.agency_code_status, valid_to = excluded.valid_to;

-- name: agencies.load_wards :exec
-- $1 codes, $2 names, $3 kinds, $4 provinces, $5 valid from
insert into wards (code, name, kind, province_code, valid_from)
select code, name, kind, province, $5::date
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as given (code, name, kind, province)
on conflict on constraint wards_pkey do update
set name = excluded.name, kind = excluded.kind, province_code = excluded.province_code;

-- name: agencies.load_agencies :exec
-- $1 codes, $2 names, $3 kinds, $4 parents ('' = none), $5 provinces ('' = none), $6 states of the codes,
-- $7 valid from, each 'yyyy-mm-dd', $8 valid to ('' = still), $9 names of successors ('' = none)
insert into agencies (code, name, kind, parent_code, province_code, code_status, valid_from, valid_to, successor_name)
select code, name, kind, nullif(parent, ''), nullif(province, ''), status, since::date, nullif(until, '')::date,
    nullif(successor, '')
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
    as given (code, name, kind, parent, province, status, since, until, successor)
on conflict on constraint agencies_pkey do update
set name = excluded.name, kind = excluded.kind, parent_code = excluded.parent_code,
    province_code = excluded.province_code, code_status = excluded.code_status, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to, successor_name = excluded.successor_name;

-- name: agencies.derive :exec
-- The receiving agencies of every province and ward valid on a day. Their identifiers are not published in one list, so
-- ours are provisional: formed by QĐ 20/2020/QĐ-TTg, marked as such, replaced when the real ones are known. $1 day
with province as (
    select * from provinces where valid_from <= $1 and (valid_to is null or valid_to > $1) and agency_code is not null
), ward as (
    select ward.*, province.agency_code, province.name as province_name
    from wards ward
    join province on province.code = ward.province_code
    where ward.valid_from <= $1 and (ward.valid_to is null or ward.valid_to > $1)
), derived (code, name, kind, parent_code, province_code, ward_code, code_status) as (
    select agency_code, 'Ủy ban nhân dân ' || lower(left(name, 1)) || substr(name, 2), 'province_committee', null, code, null, agency_code_status from province
    union all
    select agency_code || '.CT', 'Sở Công Thương ' || lower(left(name, 1)) || substr(name, 2), 'provincial_trade', agency_code, code, null, 'provisional'
    from province
    union all
    select 'G01.' || code, 'Công an ' || lower(left(name, 1)) || substr(name, 2), 'provincial_police', 'G01', code, null, 'provisional' from province
    union all
    select 'G12.BH.' || code, 'Bảo hiểm xã hội ' || lower(left(name, 1)) || substr(name, 2), 'provincial_social_insurance', 'G12', code, null, 'provisional'
    from province
    union all
    select agency_code || '.' || code, 'Ủy ban nhân dân ' || lower(left(name, 1)) || substr(name, 2) || ', ' || province_name, 'commune_committee',
        agency_code, province_code, code, 'provisional'
    from ward
    union all
    select 'G01.' || province_code || '.' || code, 'Công an ' || lower(left(name, 1)) || substr(name, 2) || ', ' || province_name, 'commune_police',
        'G01.' || province_code, province_code, code, 'provisional'
    from ward
)
insert into agencies (code, name, kind, parent_code, province_code, ward_code, code_status, valid_from)
select code, name, kind, parent_code, province_code, ward_code, code_status, $1 from derived
on conflict on constraint agencies_pkey do update
set name = excluded.name, kind = excluded.kind, parent_code = excluded.parent_code,
    province_code = excluded.province_code, ward_code = excluded.ward_code
where (agencies.name, agencies.kind, agencies.parent_code, agencies.province_code, agencies.ward_code)
    is distinct from (excluded.name, excluded.kind, excluded.parent_code, excluded.province_code, excluded.ward_code);

-- name: agencies.load_holidays :exec
-- Days that editors added, changed or removed are left alone. $1 days 'yyyy-mm-dd', $2 kinds, $3 names, $4 states, $5 sources
insert into holidays (day, kind, name, status, source)
select day::date, kind, name, status, source
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as given (day, kind, name, status, source)
on conflict on constraint holidays_pkey do update
set kind = excluded.kind, name = excluded.name, status = excluded.status, source = excluded.source
where not holidays.edited_here;

-- name: agencies.load_rule :exec
-- $1 valid from, $2 minute of the day at which offices close, $3 source
insert into deadline_rules (valid_from, office_closes, source) values ($1, $2, $3)
on conflict on constraint deadline_rules_pkey do nothing;

-- name: agencies.hours :one
-- The national hours of a day, with the weeks and days of an agency's own, each 'yyyy-mm-dd=ranges'.
-- $1 agency ('' = none in particular), $2 day
select rule.office_closes as closes, rule.hours::text as week,
    (select coalesce(array_agg(own.valid_from || '=' || own.week), '{}') from agency_hours own
        where own.agency_code = $1 and own.valid_from <= $2) as own_weeks,
    (select coalesce(array_agg(own.day || '=' || own.hours), '{}') from agency_days own
        where own.agency_code = $1 and own.day >= $2 - 366) as own_days
from deadline_rules rule
where rule.valid_from <= $2
order by rule.valid_from desc
limit 1;
