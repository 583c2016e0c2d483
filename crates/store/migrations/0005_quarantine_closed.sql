-- An entry that an operator closes, with the reason: nothing came of it, and nothing more will.
ALTER TABLE quarantine DROP CONSTRAINT quarantine_state_check;
ALTER TABLE quarantine ADD CONSTRAINT quarantine_state_check CHECK (state IN ('open', 'redriven', 'closed'));
ALTER TABLE quarantine ADD COLUMN close_reason text;
ALTER TABLE quarantine ADD CONSTRAINT quarantine_close_reason_check CHECK ((state = 'closed') = (close_reason IS NOT NULL));

-- A message that is stored looks for the refused copies of it.
CREATE INDEX quarantine_message ON quarantine (message) WHERE state = 'open';

-- By which the keys of this database are known again; it tells nothing of them. At most one row.
CREATE TABLE key_check (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    value bytea NOT NULL
);
