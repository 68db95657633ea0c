CREATE TABLE "dashboard_results" (
	"tenant_id" text NOT NULL,
	"digest" text NOT NULL,
	"dashboard_id" text NOT NULL,
	CONSTRAINT "dashboard_results_tenant_id_digest_dashboard_id_pk" PRIMARY KEY("tenant_id","digest","dashboard_id")
);
--> statement-breakpoint
CREATE TABLE "dashboards" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"visibility" text DEFAULT 'me' NOT NULL,
	"filters" jsonb NOT NULL,
	"parameters" jsonb NOT NULL,
	"refresh_on_open" boolean DEFAULT false NOT NULL,
	"revision" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"refreshed_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "dashboards_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tiles" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"dashboard_id" text NOT NULL,
	"title" text NOT NULL,
	"place" jsonb NOT NULL,
	"markdown" text,
	"sql" text,
	"source_id" text,
	"conversation_id" text,
	"spec" jsonb,
	"answer" jsonb,
	"shown" jsonb,
	"source_name" text,
	"as_of" timestamp with time zone,
	"duration_ms" integer,
	"problem" jsonb,
	CONSTRAINT "tiles_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE INDEX "dashboards_by_owner" ON "dashboards" USING btree ("tenant_id","owner_id","updated_at");--> statement-breakpoint
CREATE INDEX "tiles_by_dashboard" ON "tiles" USING btree ("tenant_id","dashboard_id");