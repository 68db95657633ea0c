ALTER TABLE "catalogs" ADD COLUMN "table_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "catalogs" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "catalogs" SET "table_count" = jsonb_array_length("tables");