-- Messages to people.

-- name: notifications.recipient :optional
-- Where messages to an account go; none for one without an address. $1 account
select name, email, language from accounts where id = $1 and email is not null and disabled_at is null;
