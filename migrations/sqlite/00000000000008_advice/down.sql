DROP TABLE _tenon_dismissals;
