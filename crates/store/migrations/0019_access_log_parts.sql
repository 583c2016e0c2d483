-- See 0017. Only catalogues change here: the constraint spares reading the first part.
ALTER TABLE access_log RENAME TO access_log_first;
ALTER INDEX access_log_at RENAME TO access_log_first_at;
ALTER INDEX access_log_clients RENAME TO access_log_first_clients;
DROP TRIGGER access_log_append_only ON access_log_first;
ALTER TABLE access_log_first ALTER COLUMN id DROP IDENTITY;
CREATE SEQUENCE access_log_id_seq AS bigint;
SELECT setval('access_log_id_seq', coalesce((SELECT max(id) FROM access_log_first), 0) + 1, false);

-- Without a primary key: a part cannot be asked whether another has the same id, and nothing looks a row up by it.
CREATE TABLE access_log (LIKE access_log_first) PARTITION BY RANGE (at);
ALTER SEQUENCE access_log_id_seq OWNED BY access_log.id;
-- A table in parts has no identity column before PostgreSQL 17. Whoever may add a row needs no right on the sequence.
CREATE FUNCTION access_log_next_id() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$
    SELECT nextval('access_log_id_seq')
$$;
ALTER TABLE access_log ALTER COLUMN id SET DEFAULT access_log_next_id();
CREATE INDEX access_log_clients ON access_log USING gin (clients) WITH (fastupdate = on);
CREATE INDEX access_log_at ON access_log (at);
DO $$
DECLARE
    bound text := (SELECT conname FROM pg_constraint
                   WHERE conrelid = 'access_log_first'::regclass AND conname LIKE 'access\_log\_until\_%');
BEGIN
    EXECUTE format('ALTER TABLE access_log ATTACH PARTITION access_log_first FOR VALUES FROM (MINVALUE) TO (%L)',
                   to_date(right(bound, 8), 'YYYYMMDD') || ' 00:00:00+00');
    EXECUTE format('ALTER TABLE access_log_first DROP CONSTRAINT %I', bound);
END $$;
-- No answer fails because a part is not there yet.
CREATE TABLE access_log_other PARTITION OF access_log DEFAULT;

-- Only ever added to, as a whole and each part. The first part kept its trigger on TRUNCATE.
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log
    FOR EACH ROW EXECUTE FUNCTION access_log_is_append_only();
CREATE TRIGGER access_log_not_truncated BEFORE TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION access_log_is_append_only();
CREATE TRIGGER access_log_not_truncated BEFORE TRUNCATE ON access_log_other
    FOR EACH STATEMENT EXECUTE FUNCTION access_log_is_append_only();

-- Until when the parts reach without a hole.
CREATE FUNCTION access_log_reaches() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT max(substring(pg_get_expr(c.relpartbound, c.oid) FROM ' TO \(''([^'']+)''\)')::timestamptz)
    FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'access_log'::regclass
$$;

-- Makes the parts of this month and the months after it; how many. By the schema's owner for whoever may only write: what it does
-- can harm nobody. It waits for no lock for long, because all who come after it would wait too: it is called again.
CREATE FUNCTION access_log_ahead(months integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET lock_timeout = '100ms' SET timezone = 'UTC' AS $$
DECLARE
    month timestamptz := access_log_reaches();
    part text;
    made integer := 0;
BEGIN
    WHILE month < date_trunc('month', now()) + make_interval(months => least(months, 24)) AND made < 24 LOOP
        part := 'access_log_' || to_char(month, 'YYYYMM');
        BEGIN
            EXECUTE format('CREATE TABLE %I (LIKE access_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
            EXECUTE format('CREATE TRIGGER access_log_not_truncated BEFORE TRUNCATE ON %I
                            FOR EACH STATEMENT EXECUTE FUNCTION access_log_is_append_only()', part);
            EXECUTE format('ALTER TABLE access_log ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                           part, month, month + interval '1 month');
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            -- Nobody made it in time: the month's rows are in `access_log_other`, and stay there.
            NULL;
        END;
        month := month + interval '1 month';
    END LOOP;
    RETURN made;
END $$;

-- Drops the parts that end before then; how many. Never what is younger than 12 years: so long the law keeps logs of use and
-- disclosure (703/2023, annex), whatever a setting says.
CREATE FUNCTION access_log_forget(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET lock_timeout = '100ms' SET timezone = 'UTC' AS $$
DECLARE
    part regclass;
    gone integer := 0;
BEGIN
    FOR part IN
        SELECT c.oid FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
        WHERE inhparent = 'access_log'::regclass
          AND substring(pg_get_expr(c.relpartbound, c.oid) FROM ' TO \(''([^'']+)''\)')::timestamptz
              <= least(before, now() - interval '12 years')
    LOOP
        EXECUTE format('DROP TABLE %s', part);
        gone := gone + 1;
    END LOOP;
    RETURN gone;
END $$;

DO $$
DECLARE
    of_function text;
    right_of record;
BEGIN
    -- Where the tables are, and nowhere before that.
    FOREACH of_function IN ARRAY ARRAY['access_log_next_id()', 'access_log_ahead(integer)', 'access_log_forget(timestamptz)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', of_function, current_schema());
    END LOOP;
    -- Another account that the program uses reads and adds, through the whole.
    FOR right_of IN
        SELECT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END AS grantee, acl.privilege_type
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
        WHERE c.oid = 'access_log_first'::regclass AND acl.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON access_log_first FROM %s', right_of.grantee);
        IF right_of.privilege_type IN ('SELECT', 'INSERT') THEN
            EXECUTE format('GRANT %s ON access_log TO %s', right_of.privilege_type, right_of.grantee);
        END IF;
    END LOOP;
END $$;
SELECT access_log_ahead(3);
