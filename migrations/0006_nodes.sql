ALTER TABLE "turns" ADD COLUMN "node_id" text;--> statement-breakpoint
ALTER TABLE "turns" ADD COLUMN "is_cancel_asked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "nodes" ADD COLUMN "host" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "nodes" ADD COLUMN "pid" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "nodes" ADD COLUMN "born_ms" bigint DEFAULT 0 NOT NULL;