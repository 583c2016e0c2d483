-- The order key of the event that last wrote a register is named so, and the three registers get the names that the code has:
-- the set of identifiers that a stream presents, former identity codes, decisions on links.
--
-- The old names remain as views, because the version before this one keeps working while an upgrade rolls. Each view reads
-- and writes one table, so PostgreSQL passes every statement on. The first migration after the release drops the views.
ALTER TABLE presented RENAME TO presented_set;
ALTER TABLE presented_set RENAME COLUMN said TO order_key;
ALTER TABLE presented_set RENAME CONSTRAINT presented_pkey TO presented_set_pkey;

ALTER TABLE former RENAME TO former_code;
ALTER TABLE former_code RENAME COLUMN said TO order_key;
ALTER TABLE former_code RENAME CONSTRAINT former_pkey TO former_code_pkey;
ALTER TABLE former_code RENAME CONSTRAINT former_token_check TO former_code_token_check;
ALTER INDEX former_proposed RENAME TO former_code_proposed;

ALTER TABLE decided RENAME TO link_decision;
ALTER TABLE link_decision RENAME COLUMN said TO order_key;
ALTER TABLE link_decision RENAME CONSTRAINT decided_pkey TO link_decision_pkey;
ALTER TABLE link_decision RENAME CONSTRAINT decided_check TO link_decision_check;
ALTER INDEX decided_high RENAME TO link_decision_high;
ALTER INDEX decided_proposed RENAME TO link_decision_proposed;

CREATE VIEW presented AS SELECT record, system, order_key AS said, tokens FROM presented_set;
CREATE VIEW former AS SELECT record, token, order_key AS said, former, authority FROM former_code;
CREATE VIEW decided AS SELECT low, high, authority, together, order_key AS said FROM link_decision;

-- An account that the program uses, other than the one that migrates, has the same rights on a view as on its table.
DO $$
DECLARE
    right_of record;
BEGIN
    FOR right_of IN
        SELECT renamed.view, acl.grantee, acl.privilege_type
        FROM (VALUES ('presented', 'presented_set'), ('former', 'former_code'), ('decided', 'link_decision'))
            AS renamed (view, tbl)
        JOIN pg_class c ON c.oid = renamed.tbl::regclass
        CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
        WHERE acl.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') AND acl.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT %s ON %I TO %s', right_of.privilege_type, right_of.view,
                       CASE right_of.grantee WHEN 0 THEN 'PUBLIC' ELSE right_of.grantee::regrole::text END);
    END LOOP;
END $$;
