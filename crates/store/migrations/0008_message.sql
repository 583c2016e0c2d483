-- Every message that was received, whatever its answer, and what became of it. Its id is a keyed function of source and
-- bytes, the one that the quarantine uses too. Rows go after a time; `message_count` keeps what they counted.
CREATE TABLE message (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    -- Keyed token of the source's own message id: by it a sender asks.
    token bytea,
    received_at timestamptz NOT NULL,
    -- The copy that came here first, and is not a duplicate.
    arrival uuid NOT NULL,
    adapter_version integer NOT NULL,
    -- 1 rejected, 2 ignored, 3 stored: of two copies the higher counts.
    outcome smallint NOT NULL CHECK (outcome BETWEEN 1 AND 3),
    -- What it gave, by id.
    events uuid[] NOT NULL,
    code text,
    place text,
    text text,
    CHECK (num_nonnulls(code, place, text) = CASE outcome WHEN 1 THEN 3 ELSE 0 END)
);
CREATE INDEX message_token ON message (token);
CREATE INDEX message_received_at ON message (received_at);

-- Further copies of a message, each counted once however often it is read.
CREATE TABLE message_copy (
    message uuid NOT NULL REFERENCES message ON DELETE CASCADE,
    arrival uuid NOT NULL,
    PRIMARY KEY (message, arrival)
);

-- The bytes of messages, sealed, for the time that they are kept. The key begins with a time, so that what comes is
-- written at one end and what goes is deleted at the other.
CREATE TABLE kept (
    received_at timestamptz NOT NULL,
    message uuid NOT NULL,
    source text NOT NULL,
    key_id bigint NOT NULL,
    nonce bytea NOT NULL,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (received_at, message)
);
ALTER TABLE kept ALTER ciphertext SET STORAGE EXTERNAL;

-- Per source: what the rows that are gone counted.
CREATE TABLE message_count (
    source text PRIMARY KEY,
    stored bigint NOT NULL,
    ignored bigint NOT NULL,
    rejected bigint NOT NULL,
    duplicate bigint NOT NULL
);

-- An entry whose bytes an operator dropped, or that is closed for longer than messages are kept, has neither.
ALTER TABLE quarantine DROP CONSTRAINT quarantine_check1;
ALTER TABLE quarantine ADD CONSTRAINT quarantine_content_check
    CHECK (num_nonnulls(ciphertext, event) = 1 OR (state <> 'open' AND num_nonnulls(ciphertext, event) = 0));
CREATE INDEX quarantine_closed ON quarantine (closed_at) WHERE state <> 'open' AND num_nonnulls(ciphertext, event) > 0;
-- Events that could not be stored: a message that gave one of these was not stored whole.
CREATE INDEX quarantine_culprit ON quarantine (id) WHERE code IN ('refused-by-database', 'not-applied');
