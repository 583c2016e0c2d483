-- A sender's message id is only ever looked up whole: a hash of it is smaller and cheaper to write than a tree. Writers of receipts
-- wait while it is built: some seconds for millions of them, which senders and journal outlast.
DROP INDEX receipt_token;
CREATE INDEX receipt_token ON receipt USING hash (token);
