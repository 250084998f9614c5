-- Views, SQL functions and default privileges, each as JSON.
CREATE TABLE _tenon_objects (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (kind, name)
);

-- A user's id as what columns of users' tables are that refer to it.
ALTER TABLE _tenon_users ADD COLUMN uid UUID GENERATED ALWAYS AS (id::uuid) STORED UNIQUE;
