-- Where Kafka is the transport.

-- Up to when each ingest has written what it received, by partition: what it had received then stands before, or was
-- not acknowledged. `heard` says when it heard each source. An answer is as old as the oldest of these.
CREATE TABLE watermark (
    ingest text NOT NULL,
    partition integer NOT NULL,
    written_at timestamptz NOT NULL,
    partitions integer NOT NULL,
    PRIMARY KEY (ingest, partition)
) WITH (fillfactor = 50);

-- Records that may be missing: the journal was not where it was left off. While one is open, "none" is "not known".
CREATE TABLE gap (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    partition integer NOT NULL,
    -- What was found: a code.
    reason text NOT NULL,
    -- Where reading should have gone on, and where it went on.
    expected bigint NOT NULL,
    resumed bigint NOT NULL,
    -- The last time up to which the partition is known to be whole; null: never was.
    known_until timestamptz,
    found_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    close_reason text,
    CHECK ((closed_at IS NULL) = (close_reason IS NULL))
);
CREATE INDEX gap_open ON gap (topic, partition) WHERE closed_at IS NULL;
