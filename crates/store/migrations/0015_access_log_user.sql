-- Who the professional was, and how that was known: by a token of the identity provider ("token") or as the calling system asserts
-- ("asserted"). Rows from before, and operators', have none.
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS user_known text;
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS user_name text;
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS user_unit text;
