ALTER TABLE "uploads" ALTER COLUMN "digest" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "importing" jsonb;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "node_id" text;