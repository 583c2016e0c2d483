-- Run once, when the container's database is new: the program is no superuser, and owns its own database only.
\set password `cat /run/secrets/database-password`
CREATE ROLE rinnakkain LOGIN PASSWORD :'password';
CREATE DATABASE rinnakkain OWNER rinnakkain;
REVOKE CONNECT ON DATABASE rinnakkain FROM PUBLIC;
