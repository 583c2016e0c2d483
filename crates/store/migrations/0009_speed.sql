-- The same value as before. `extract` of a timestamptz is not immutable (its other fields are not), so that a call of this
-- could not be inlined and cost some twenty times as much; of a timestamp it is.
CREATE OR REPLACE FUNCTION micros(at timestamptz) RETURNS bigint IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
    SELECT (extract(epoch FROM at AT TIME ZONE 'UTC') * 1000000)::bigint
$$;

-- These rows are updated in place as long as their page has room: then no index is touched.
ALTER TABLE ward_census SET (fillfactor = 70);
ALTER TABLE caseload SET (fillfactor = 80);
