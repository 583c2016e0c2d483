-- Whether others than the sender ask by an identifier that a rejected message names. By a hospital's own number nobody else does,
-- unless the client who has it is known by more: an entry that names nothing else may be about anybody, as one that names nobody.
-- What was there before, and what a program of the version before writes, counts as it did.
ALTER TABLE quarantine_named ADD for_others boolean NOT NULL DEFAULT true;

-- The first names for others: as in 0016.
CREATE OR REPLACE FUNCTION quarantine_was_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM quarantine WHERE id IN (SELECT quarantine FROM named) ORDER BY id FOR NO KEY UPDATE;
    PERFORM quarantine_unnamed_add(source, -number) FROM (
        SELECT source, count(*) AS number
        FROM (SELECT quarantine, count(*) AS names FROM named WHERE for_others GROUP BY quarantine) AS n
        JOIN quarantine q ON q.id = n.quarantine AND q.state = 'open'
        WHERE n.names = (SELECT count(*) FROM quarantine_named w WHERE w.quarantine = n.quarantine AND w.for_others)
        GROUP BY source ORDER BY source) AS n;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION quarantine_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM quarantine_unnamed_add(source, number) FROM (
        SELECT n.source, sum(CASE n.state WHEN 'open' THEN 1 ELSE -1 END)::bigint AS number
        FROM changed n JOIN before b ON b.id = n.id AND (b.state = 'open') <> (n.state = 'open')
        WHERE NOT EXISTS (SELECT FROM quarantine_named w WHERE w.quarantine = n.id AND w.for_others)
        GROUP BY n.source ORDER BY n.source) AS n;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION quarantine_open_entry_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM quarantine_named w WHERE w.quarantine = OLD.id AND w.for_others) THEN
        PERFORM quarantine_unnamed_add(OLD.source, -1);
    END IF;
    RETURN OLD;
END $$;
