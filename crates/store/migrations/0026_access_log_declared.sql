-- What a professional declared (703/2023 53 §, 55 §, 56 §): a token of the declaration, its basis, and the written reason under its
-- seal. The row of a review has the token alone. Rows without a declaration have none.
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS declaration bytea;
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS declared text;
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS reason bytea;

-- What waits for a review. Here only for months to come: the program builds it for the months that are there, while everything works on.
CREATE INDEX access_log_declaration ON ONLY access_log (declaration) WHERE declaration IS NOT NULL;
