-- The outcome of an answer: its kind ("involved", "none", "not-known", "withheld" ...), what it showed of each register (a line each:
-- register, use or disclosure, kinds of data, provisions), and which rule and facts decided (a line each). Rows from before have none.
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS outcome text;
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS shown text;
ALTER TABLE access_log ADD COLUMN IF NOT EXISTS grounds text;

-- What one user asked. Here only for months to come: the program builds it for the months that are there, while everything works on.
CREATE INDEX access_log_user ON ONLY access_log (user_id, at);

-- Drops the parts that end before then; how many. What stands in no month's part, because nobody had made it in time, goes too: its
-- younger rows move into a new table, and the old one is dropped whole. No row is ever deleted by itself. Never what is younger than
-- 12 years: so long the law keeps logs of use and disclosure (703/2023, annex), whatever a setting says.
CREATE OR REPLACE FUNCTION access_log_forget(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET lock_timeout = '100ms' SET timezone = 'UTC' AS $$
DECLARE
    part regclass;
    gone integer := 0;
    until timestamptz := least(before, now() - interval '12 years');
BEGIN
    FOR part IN
        SELECT c.oid FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
        WHERE inhparent = 'access_log'::regclass
          AND substring(pg_get_expr(c.relpartbound, c.oid) FROM ' TO \(''([^'']+)''\)')::timestamptz <= until
    LOOP
        EXECUTE format('DROP TABLE %s', part);
        gone := gone + 1;
    END LOOP;
    IF EXISTS (SELECT FROM access_log_other WHERE at < until) THEN
        ALTER TABLE access_log DETACH PARTITION access_log_other;
        ALTER TABLE access_log_other RENAME TO access_log_old;
        CREATE TABLE access_log_other (LIKE access_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
        CREATE TRIGGER access_log_not_truncated BEFORE TRUNCATE ON access_log_other
            FOR EACH STATEMENT EXECUTE FUNCTION access_log_is_append_only();
        INSERT INTO access_log_other SELECT * FROM access_log_old WHERE at >= until;
        ALTER TABLE access_log ATTACH PARTITION access_log_other DEFAULT;
        DROP TABLE access_log_old;
        gone := gone + 1;
    END IF;
    RETURN gone;
END $$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION access_log_forget(timestamptz) SET search_path = %I, pg_temp', current_schema());
END $$;
