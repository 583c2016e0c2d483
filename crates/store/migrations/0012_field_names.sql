-- Tables get the names of the field: a receipt, its copies, the raw message, and the two watermarks.
--
-- The old names remain as views, because the version before this one keeps working while an upgrade rolls. Each view reads
-- and writes one table, so PostgreSQL passes every statement on. The first migration after the release drops the views.
ALTER TABLE message RENAME TO receipt;
ALTER TABLE receipt RENAME COLUMN arrival TO copy_id;
ALTER TABLE receipt RENAME CONSTRAINT message_pkey TO receipt_pkey;
ALTER TABLE receipt RENAME CONSTRAINT message_outcome_check TO receipt_outcome_check;
ALTER TABLE receipt RENAME CONSTRAINT message_check TO receipt_check;
ALTER INDEX message_token RENAME TO receipt_token;
ALTER INDEX message_received_at RENAME TO receipt_received_at;

ALTER TABLE message_copy RENAME TO receipt_copy;
ALTER TABLE receipt_copy RENAME COLUMN arrival TO copy_id;
ALTER TABLE receipt_copy RENAME CONSTRAINT message_copy_pkey TO receipt_copy_pkey;
ALTER TABLE receipt_copy RENAME CONSTRAINT message_copy_message_fkey TO receipt_copy_message_fkey;

ALTER TABLE kept RENAME TO raw_message;
ALTER TABLE raw_message RENAME CONSTRAINT kept_pkey TO raw_message_pkey;

-- Up to when each source reported, by the ingest that received it and the partition it wrote to.
ALTER TABLE heard RENAME TO source_watermark;
ALTER TABLE source_watermark RENAME COLUMN heard_at TO reported_at;
ALTER TABLE source_watermark RENAME CONSTRAINT heard_pkey TO source_watermark_pkey;

-- Up to when each ingest has written what it received, by partition.
ALTER TABLE watermark RENAME TO ingest_watermark;
ALTER TABLE ingest_watermark RENAME CONSTRAINT watermark_pkey TO ingest_watermark_pkey;

CREATE VIEW message AS
    SELECT id, source, token, received_at, copy_id AS arrival, adapter_version, outcome, events, code, place, text FROM receipt;
CREATE VIEW message_copy AS SELECT message, copy_id AS arrival FROM receipt_copy;
CREATE VIEW kept AS SELECT received_at, message, source, key_id, nonce, ciphertext FROM raw_message;
CREATE VIEW heard AS SELECT source, ingest, partition, reported_at AS heard_at FROM source_watermark;
CREATE VIEW watermark AS SELECT ingest, partition, written_at, partitions FROM ingest_watermark;

-- An account that the program uses, other than the one that migrates, has the same rights on a view as on its table.
DO $$
DECLARE
    right_of record;
BEGIN
    FOR right_of IN
        SELECT renamed.view, acl.grantee, acl.privilege_type
        FROM (VALUES ('message', 'receipt'), ('message_copy', 'receipt_copy'), ('kept', 'raw_message'),
                     ('heard', 'source_watermark'), ('watermark', 'ingest_watermark')) AS renamed (view, tbl)
        JOIN pg_class c ON c.oid = renamed.tbl::regclass
        CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
        WHERE acl.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') AND acl.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT %s ON %I TO %s', right_of.privilege_type, right_of.view,
                       CASE right_of.grantee WHEN 0 THEN 'PUBLIC' ELSE right_of.grantee::regrole::text END);
    END LOOP;
END $$;
