-- After the restore of an older backup, with a journal: until where each partition has to be applied before what clients permitted
-- before the restore may open anything again. A withdrawal may stand there. Nobody deletes a row when that is done: it compares.
CREATE TABLE restored (
    topic text NOT NULL,
    partition integer NOT NULL,
    until bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition)
);

-- An account that the program uses, other than the one that migrates, reads it with each question.
DO $$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END
        FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
        WHERE c.oid = 'gap'::regclass AND acl.privilege_type = 'INSERT' AND acl.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, DELETE ON restored TO %s', grantee);
    END LOOP;
END $$;
