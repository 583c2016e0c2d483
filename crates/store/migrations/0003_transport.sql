-- Up to when each source was heard, by the ingest that heard it and the partition it wrote to. A source is as old as the
-- oldest of its rows.
CREATE TABLE heard (
    source text NOT NULL,
    ingest text NOT NULL,
    partition integer NOT NULL,
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (source, ingest, partition)
) WITH (fillfactor = 50);

-- From where each partition is read next, and the id of the record before it.
CREATE TABLE progress (
    topic text NOT NULL,
    partition integer NOT NULL,
    next bigint NOT NULL,
    last_id uuid NOT NULL,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- What was refused, with its reason in static words. The message itself is sealed; an event that the database refused is
-- kept as the event's bytes, whose personal part is sealed already.
CREATE TABLE quarantine (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    received_at timestamptz NOT NULL,
    adapter_version integer NOT NULL,
    code text NOT NULL,
    place text NOT NULL,
    text text NOT NULL,
    message bytea,
    key_id bigint,
    nonce bytea,
    ciphertext bytea,
    event bytea,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'redriven')),
    closed_at timestamptz,
    CHECK (num_nonnulls(key_id, nonce, ciphertext) IN (0, 3)),
    CHECK ((ciphertext IS NULL) <> (event IS NULL)),
    CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX quarantine_open ON quarantine (received_at, id) WHERE state = 'open';

-- Whom a refused message names: their "none" is "not known".
CREATE TABLE quarantine_named (
    quarantine uuid NOT NULL REFERENCES quarantine ON DELETE CASCADE,
    token bytea NOT NULL,
    PRIMARY KEY (quarantine, token)
);
CREATE INDEX quarantine_named_token ON quarantine_named (token);
