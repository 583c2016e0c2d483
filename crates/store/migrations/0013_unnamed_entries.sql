-- How many open entries of the quarantine identify no client, per source. Every answer asks it, so it is kept and not
-- counted: its cost does not depend on how many entries are open. Triggers keep it, so it is also exact while a program of
-- the version before writes.
--
-- A source has several rows, and a session adds to one of them, so that two transactions rarely wait for each other. The
-- number is their sum; one row alone may be below zero.
CREATE TABLE quarantine_unnamed (
    source text NOT NULL,
    slot integer NOT NULL,
    entries bigint NOT NULL,
    PRIMARY KEY (source, slot)
) WITH (fillfactor = 50);

-- Adds to the number of a source. The caller adds sources in order, so that two sessions with one slot do not lock crosswise.
CREATE FUNCTION quarantine_unnamed_add(of text, number bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO quarantine_unnamed AS u (source, slot, entries) VALUES (of, pg_backend_pid() % 16, number)
    ON CONFLICT (source, slot) DO UPDATE SET entries = u.entries + excluded.entries
$$;

-- A new entry has no names yet: they are inserted after it.
CREATE FUNCTION quarantine_entered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM quarantine_unnamed_add(source, number) FROM (
        SELECT source, count(*) AS number FROM entered WHERE state = 'open' GROUP BY source ORDER BY source) AS n;
    RETURN NULL;
END $$;
CREATE TRIGGER quarantine_entered AFTER INSERT ON quarantine REFERENCING NEW TABLE AS entered
    FOR EACH STATEMENT EXECUTE FUNCTION quarantine_entered();

-- The first names of an entry. One statement inserts all of them, so an entry has names from before if it has more now.
CREATE FUNCTION quarantine_was_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM quarantine_unnamed_add(source, -number) FROM (
        SELECT source, count(*) AS number
        FROM (SELECT quarantine, count(*) AS names FROM named GROUP BY quarantine) AS n
        JOIN quarantine q ON q.id = n.quarantine AND q.state = 'open'
        WHERE n.names = (SELECT count(*) FROM quarantine_named w WHERE w.quarantine = n.quarantine)
        GROUP BY source ORDER BY source) AS n;
    RETURN NULL;
END $$;
CREATE TRIGGER quarantine_was_named AFTER INSERT ON quarantine_named REFERENCING NEW TABLE AS named
    FOR EACH STATEMENT EXECUTE FUNCTION quarantine_was_named();

-- Entries that are closed, or opened again.
CREATE FUNCTION quarantine_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM quarantine_unnamed_add(source, number) FROM (
        SELECT n.source, sum(CASE n.state WHEN 'open' THEN 1 ELSE -1 END)::bigint AS number
        FROM changed n JOIN before b ON b.id = n.id AND (b.state = 'open') <> (n.state = 'open')
        WHERE NOT EXISTS (SELECT FROM quarantine_named w WHERE w.quarantine = n.id)
        GROUP BY n.source ORDER BY n.source) AS n;
    RETURN NULL;
END $$;
CREATE TRIGGER quarantine_changed AFTER UPDATE ON quarantine REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION quarantine_changed();

-- The program deletes closed entries only. Before the deletion, because the names go with the entry.
CREATE FUNCTION quarantine_open_entry_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM quarantine_named WHERE quarantine = OLD.id) THEN
        PERFORM quarantine_unnamed_add(OLD.source, -1);
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER quarantine_open_entry_goes BEFORE DELETE ON quarantine
    FOR EACH ROW WHEN (OLD.state = 'open') EXECUTE FUNCTION quarantine_open_entry_goes();

INSERT INTO quarantine_unnamed (source, slot, entries)
SELECT source, 0, count(*) FROM quarantine q
WHERE state = 'open' AND NOT EXISTS (SELECT FROM quarantine_named n WHERE n.quarantine = q.id)
GROUP BY source;

-- An account that the program uses, other than the one that migrates, keeps the number as it keeps the quarantine.
DO $$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
        WHERE c.oid = 'quarantine'::regclass AND acl.privilege_type = 'INSERT' AND acl.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON quarantine_unnamed TO %s', grantee);
    END LOOP;
END $$;
