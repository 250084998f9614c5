DROP FUNCTION _tenon_state_key();
DROP FUNCTION _tenon_state();
DROP FUNCTION _tenon_row_key(jsonb, text[]);
DROP TABLE _tenon_actor;
DROP TABLE _tenon_transitions;
