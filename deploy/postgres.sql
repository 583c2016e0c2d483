-- Run once, when the container's database is new. No account is a superuser. `rinnakkain_owner` owns the database and its
-- schema: `rinnakkain migrate` works as it. `rinnakkain` is what the roles work as: it reads and writes rows, and can neither
-- change the schema nor, because of the triggers on the access log, any row of that.
\set owner_password `cat /run/secrets/owner-password`
\set password `cat /run/secrets/database-password`
CREATE ROLE rinnakkain_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE rinnakkain LOGIN PASSWORD :'password';
-- Only reads: for backups where no superuser makes them. It may not log in before it has a password.
CREATE ROLE rinnakkain_backup NOLOGIN IN ROLE pg_read_all_data;
CREATE DATABASE rinnakkain OWNER rinnakkain_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE rinnakkain FROM PUBLIC;
GRANT CONNECT ON DATABASE rinnakkain TO rinnakkain, rinnakkain_backup;
\connect rinnakkain
-- What the owner makes later.
ALTER DEFAULT PRIVILEGES FOR ROLE rinnakkain_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO rinnakkain;
ALTER DEFAULT PRIVILEGES FOR ROLE rinnakkain_owner GRANT USAGE ON SEQUENCES TO rinnakkain;
