-- The application's roles: definitions are JSON.
CREATE TABLE _tenon_roles (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    definition TEXT COLLATE "C" NOT NULL
);
