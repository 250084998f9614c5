-- The application's roles: definitions are JSON.
CREATE TABLE _tenon_roles (
    name TEXT NOT NULL PRIMARY KEY,
    definition TEXT NOT NULL
);
