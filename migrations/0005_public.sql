DROP TABLE "catalogs" CASCADE;--> statement-breakpoint
DROP TABLE "sources" CASCADE;--> statement-breakpoint
ALTER TABLE "conversations" DROP COLUMN "source_id";