-- Who asked for what, by which right, and what was answered (703/2023): written in the transaction that read it.
CREATE TABLE access_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    system text NOT NULL,
    side text NOT NULL,
    user_id text NOT NULL,
    task text NOT NULL,
    purpose text NOT NULL,
    case_reference text,
    query text NOT NULL,
    identifier bytea,
    as_of timestamptz,
    clients bigint[] NOT NULL,
    decision text NOT NULL,
    rule text NOT NULL,
    registers text[] NOT NULL
);
CREATE INDEX access_log_clients ON access_log USING gin (clients) WITH (fastupdate = on);
CREATE INDEX access_log_at ON access_log (at);

-- The log is only ever added to.
CREATE FUNCTION access_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the access log is only added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log
    FOR EACH ROW EXECUTE FUNCTION access_log_is_append_only();
CREATE TRIGGER access_log_not_truncated BEFORE TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION access_log_is_append_only();
