-- Nothing has read or written these tables since 0011: the rows of lists are in `statement`.
DROP TABLE ward_census, caseload;
-- The names before 0012: every program since asks by the new ones.
DROP VIEW message, message_copy, kept, heard, watermark;
