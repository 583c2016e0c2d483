-- Whether an entry has names, and whether it is open, decide what it counts for. Two transactions that change one each would
-- both see the entry as it was before the other, and both take it off. So the first names of an entry lock it, as closing it
-- does: the second to come sees what the first has committed (READ COMMITTED: each statement here has a snapshot of its own).
CREATE OR REPLACE FUNCTION quarantine_was_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM quarantine WHERE id IN (SELECT quarantine FROM named) ORDER BY id FOR NO KEY UPDATE;
    PERFORM quarantine_unnamed_add(source, -number) FROM (
        SELECT source, count(*) AS number
        FROM (SELECT quarantine, count(*) AS names FROM named GROUP BY quarantine) AS n
        JOIN quarantine q ON q.id = n.quarantine AND q.state = 'open'
        WHERE n.names = (SELECT count(*) FROM quarantine_named w WHERE w.quarantine = n.quarantine)
        GROUP BY source ORDER BY source) AS n;
    RETURN NULL;
END $$;

-- What such a race has left is counted anew. Nobody writes meanwhile: what is added waits for this lock.
LOCK TABLE quarantine, quarantine_named IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM quarantine_unnamed;
INSERT INTO quarantine_unnamed (source, slot, entries)
SELECT source, 0, count(*) FROM quarantine q
WHERE state = 'open' AND NOT EXISTS (SELECT FROM quarantine_named n WHERE n.quarantine = q.id)
GROUP BY source;
