-- A second id by which a sender may ask for a receipt: MessageHeader.id of a FHIR message whose Bundle has an id of its own.
ALTER TABLE receipt ADD COLUMN header bytea;
-- Identity codes that one record has presented one after the other, each as its only one. One that gave way to another without a
-- report of why is a doubt until a steward decides: it may be that of somebody whose card was mistaken. What stands in history
-- already gets its rows by `rinnakkain rebuild`.
CREATE TABLE presented_code (
    record bigint NOT NULL,
    token bytea NOT NULL,
    PRIMARY KEY (record, token)
);
CREATE INDEX presented_code_token ON presented_code (token);
