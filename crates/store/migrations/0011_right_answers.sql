-- Who decided that a code was changed, as in `decided`: 1 a source, 2 a steward, 3 a source that may not (it is proposed).
ALTER TABLE former ADD COLUMN authority integer NOT NULL DEFAULT 1;
CREATE INDEX former_proposed ON former (token) WHERE authority = 3;
CREATE INDEX decided_proposed ON decided (low, high) WHERE authority = 3;

-- `ward_census` and `caseload`: only the program before this one writes them. The first migration after its release drops
-- them.


-- Does an identifier find the client. A view of older code is written anew when its client is next touched.
ALTER TABLE view ADD COLUMN found boolean NOT NULL DEFAULT true;

-- What is current, by source and kind of fact, of clients whom no identifier finds: "none" of what the source covers is not
-- known of anybody, until then. In the order in which every answer steps over it, from one source and kind to the next.
CREATE TABLE unidentified (
    client bigint NOT NULL,
    source text NOT NULL,
    kind smallint NOT NULL,
    -- Of a stay that has one, its key; else empty.
    stay bytea NOT NULL,
    until timestamptz,
    PRIMARY KEY (client, source, kind, stay)
);
CREATE INDEX unidentified_step ON unidentified (source, kind, until DESC);

-- Kind 4 of `statement`: whose a stay, a referral or a team is, found by its key. Kind 5: the keys of the stays of a client
-- whom an identifier finds. Kind 6: what stands by single messages, found by its source.
