ALTER TABLE "share_versions" ADD COLUMN "frozen_digest" text NOT NULL;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "frozen_digest" text NOT NULL;