-- The access log becomes a table in parts, one a month, so that what is older than the law asks for goes as a whole, and no row is
-- ever deleted. What is there becomes the first part. Three steps, so that no lock is held while the log is read: this one states
-- until when the first part reaches, the second reads whether that is so, the third puts the parts together.
--
-- The first part reaches to the beginning of the month after next, so that its end is still ahead when the third step is taken.
DO $$
DECLARE
    latest timestamptz := greatest(now(), (SELECT max(at) FROM access_log));
    until date := date_trunc('month', latest AT TIME ZONE 'UTC') + interval '2 months';
BEGIN
    EXECUTE format('ALTER TABLE access_log ADD CONSTRAINT access_log_until_%s CHECK (at < %L::timestamptz) NOT VALID',
                   to_char(until, 'YYYYMMDD'), until || ' 00:00:00+00');
END $$;
