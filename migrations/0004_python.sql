DROP TABLE "share_links" CASCADE;--> statement-breakpoint
DROP TABLE "share_views" CASCADE;