CREATE TABLE "share_links" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"share_id" text NOT NULL,
	"label" text NOT NULL,
	"token_hash" text NOT NULL,
	"token_sealed" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "share_links_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "share_views" (
	"tenant_id" text NOT NULL,
	"share_id" text NOT NULL,
	"link_id" text NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"views" integer NOT NULL,
	"visitors" integer NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "share_views_tenant_id_share_id_link_id_hour_pk" PRIMARY KEY("tenant_id","share_id","link_id","hour")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "share_links_by_token" ON "share_links" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "share_links_by_share" ON "share_links" USING btree ("tenant_id","share_id");