CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT,
  country TEXT NOT NULL,
  city TEXT NOT NULL,
  segment TEXT NOT NULL,
  signed_up_on DATE NOT NULL
);
CREATE TABLE products (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  price REAL NOT NULL,
  cost REAL NOT NULL
);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  ordered_on DATE NOT NULL,
  shipped_on DATE,
  status TEXT NOT NULL,
  channel TEXT NOT NULL,
  total REAL NOT NULL,
  shipping_cost REAL NOT NULL,
  coupon TEXT
);
CREATE TABLE order_lines (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  product_id INTEGER NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL,
  unit_price REAL NOT NULL,
  refunded REAL NOT NULL
);
CREATE TABLE import_runs (
  id INTEGER PRIMARY KEY,
  started_on DATE NOT NULL,
  total INTEGER NOT NULL,
  status TEXT NOT NULL
);
