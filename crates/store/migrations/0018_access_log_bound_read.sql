-- See 0017. Others read and write meanwhile.
DO $$
BEGIN
    EXECUTE (SELECT format('ALTER TABLE access_log VALIDATE CONSTRAINT %I', conname) FROM pg_constraint
             WHERE conrelid = 'access_log'::regclass AND conname LIKE 'access\_log\_until\_%');
END $$;
