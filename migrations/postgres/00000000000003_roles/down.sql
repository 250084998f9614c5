DROP TABLE _tenon_roles;
