ALTER TABLE "uploads" ALTER COLUMN "digest" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "importing" jsonb;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "node_id" text;--> statement-breakpoint
CREATE INDEX "uploads_importing" ON "uploads" USING btree ("node_id") WHERE "uploads"."importing" is not null;