-- A message says its sender's numbers once more and changes its client's view: each is a row that is written anew. With
-- room for a second version of every row of a page they stay on it, and no index is touched.
ALTER TABLE presented SET (fillfactor = 50);
ALTER TABLE view SET (fillfactor = 50);
