-- Views, SQL functions and default privileges, each as JSON.
CREATE TABLE _tenon_objects (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (kind, name)
);
