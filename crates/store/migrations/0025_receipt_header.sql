-- A second id by which a sender may ask for a receipt: MessageHeader.id of a FHIR message whose Bundle has an id of its own.
ALTER TABLE receipt ADD COLUMN header bytea;
