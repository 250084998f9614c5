DROP TABLE _tenon_actor;
DROP TABLE _tenon_transitions;
