-- Findings of the advisor that somebody has looked at and let be.
CREATE TABLE _tenon_dismissals (
    key TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL
);
