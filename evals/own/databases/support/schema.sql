CREATE TABLE agents (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  team TEXT NOT NULL,
  hired_on DATE NOT NULL
);
CREATE TABLE requesters (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  company TEXT NOT NULL,
  tier TEXT NOT NULL
);
CREATE TABLE tickets (
  id INTEGER PRIMARY KEY,
  requester_id INTEGER NOT NULL REFERENCES requesters (id),
  agent_id INTEGER REFERENCES agents (id),
  subject TEXT NOT NULL,
  priority TEXT NOT NULL,
  category TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  opened_on DATE NOT NULL,
  closed_on DATE,
  first_reply_minutes INTEGER,
  resolution_hours REAL,
  satisfaction INTEGER,
  is_reopened BOOLEAN NOT NULL
);
CREATE TABLE tags (
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  tag TEXT NOT NULL,
  PRIMARY KEY (ticket_id, tag)
);
