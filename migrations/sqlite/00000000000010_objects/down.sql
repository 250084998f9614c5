DROP TABLE _tenon_objects;
