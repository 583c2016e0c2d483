-- Receipts come in the order of their time, so the time needs no index of every row: the oldest are found by the ranges of
-- pages that hold them. A sender's message id is only ever looked up whole. Together a receipt costs a quarter less to store.
DROP INDEX receipt_received_at;
CREATE INDEX receipt_received_at ON receipt USING brin (received_at) WITH (pages_per_range = 64, autosummarize = on);
DROP INDEX receipt_token;
CREATE INDEX receipt_token ON receipt USING hash (token);
