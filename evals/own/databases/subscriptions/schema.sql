CREATE TABLE plans (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  monthly_price REAL NOT NULL
);
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  company TEXT NOT NULL,
  industry TEXT NOT NULL,
  country TEXT NOT NULL,
  employees INTEGER NOT NULL,
  created_on DATE NOT NULL
);
CREATE TABLE subscriptions (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  plan_id INTEGER NOT NULL REFERENCES plans (id),
  started_on DATE NOT NULL,
  ended_on DATE,
  seats INTEGER NOT NULL,
  mrr REAL NOT NULL,
  status TEXT NOT NULL,
  cancel_reason TEXT
);
CREATE TABLE invoices (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  issued_on DATE NOT NULL,
  paid_on DATE,
  amount REAL NOT NULL,
  state TEXT NOT NULL
);
