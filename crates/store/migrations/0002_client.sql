-- The folded view of each client: a cache of its history, with the version of the code that folded it.
CREATE TABLE view (
    client bigint PRIMARY KEY,
    version integer NOT NULL,
    snapshot bytea NOT NULL
) WITH (fillfactor = 80);
ALTER TABLE view ALTER snapshot SET STORAGE EXTERNAL;

-- Who lies on which ward: rows of the view.
CREATE TABLE ward_census (
    client bigint NOT NULL,
    stay bytea NOT NULL,
    source text NOT NULL,
    ward text NOT NULL,
    class integer,
    since timestamptz NOT NULL,
    planned_discharge_at timestamptz,
    PRIMARY KEY (client, stay)
);
CREATE INDEX ward_census_ward ON ward_census (source, ward);

-- Who works with whom: rows of the view.
CREATE TABLE caseload (
    client bigint NOT NULL,
    assignment bytea NOT NULL,
    worker_key bytea NOT NULL,
    role integer NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    PRIMARY KEY (client, assignment)
);
CREATE INDEX caseload_worker ON caseload (worker_key);
