-- Register (record, identity code) -> was it changed to another (661/2009 12 §). A former code links, and finds nobody.
CREATE TABLE former (
    record bigint NOT NULL,
    token bytea NOT NULL CHECK (octet_length(token) = 17),
    said bytea NOT NULL,
    former boolean NOT NULL,
    PRIMARY KEY (record, token)
);

-- What streams that are no client's say of many clients: the lists that sources state as a whole (kind 1, found by the
-- source's name), workers' absences (kind 2, found by the worker's key), what a source says that it speaks for (kind 3,
-- found by the source's name): rows of the view of the stream.
CREATE TABLE statement (
    client bigint NOT NULL,
    kind smallint NOT NULL,
    found_by bytea NOT NULL,
    row_key bytea NOT NULL,
    version integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (client, kind, row_key)
);
CREATE INDEX statement_found_by ON statement (kind, found_by);

-- A list since then may say that the client is not on the ward any more. Rows of older code count as told now: they are
-- written anew when their client is next touched.
ALTER TABLE ward_census ADD COLUMN told_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE ward_census ALTER told_at DROP DEFAULT;
