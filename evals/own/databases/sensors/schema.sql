CREATE TABLE sites (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  region TEXT NOT NULL
);
CREATE TABLE devices (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES sites (id),
  code TEXT NOT NULL,
  model TEXT NOT NULL,
  installed_on DATE NOT NULL
);
CREATE TABLE readings (
  id INTEGER PRIMARY KEY,
  device_id INTEGER NOT NULL REFERENCES devices (id),
  taken_at TIMESTAMP NOT NULL,
  temperature REAL,
  humidity REAL,
  battery INTEGER NOT NULL,
  quality TEXT NOT NULL
);
CREATE TABLE alarms (
  id INTEGER PRIMARY KEY,
  device_id INTEGER NOT NULL REFERENCES devices (id),
  raised_at TIMESTAMP NOT NULL,
  severity TEXT NOT NULL,
  kind TEXT NOT NULL,
  minutes_open INTEGER,
  is_false BOOLEAN NOT NULL
);
