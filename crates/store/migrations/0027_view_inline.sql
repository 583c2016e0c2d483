-- A view stays in its row up to this size: half a page, so that its next version fits on the same page. PostgreSQL then logs only
-- what differs of it, and touches no other page. A longer one lies in parts beside the table, which are written anew as a whole.
ALTER TABLE view SET (toast_tuple_target = 4000);
