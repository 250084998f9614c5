ALTER TABLE _tenon_users DROP COLUMN uid;
DROP TABLE _tenon_objects;
