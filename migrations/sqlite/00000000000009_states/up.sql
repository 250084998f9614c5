-- Where rows' states went, written by the triggers of the tables that have states.
CREATE TABLE _tenon_transitions (
    -- One more than the largest.
    id BIGINT NOT NULL PRIMARY KEY,
    table_name TEXT NOT NULL,
    -- The row's primary key: a JSON array of texts; null for a table without one.
    row_key TEXT,
    column_name TEXT NOT NULL,
    -- Null where the row began.
    from_state TEXT,
    to_state TEXT NOT NULL,
    -- The transition's name at the time; null where the row began as none says.
    transition TEXT,
    -- Who it was; null for other programs.
    who TEXT,
    who_id TEXT,
    -- RFC 3339 in UTC with six digits of a second.
    at TEXT NOT NULL
);
CREATE INDEX _tenon_transitions_row_idx ON _tenon_transitions (table_name, row_key, id);

-- Who writes, while the writer is at it, for the triggers to read; empty otherwise.
CREATE TABLE _tenon_actor (
    who TEXT NOT NULL PRIMARY KEY,
    who_id TEXT,
    at TEXT NOT NULL
);
