CREATE TABLE "catalogs" (
	"tenant_id" text NOT NULL,
	"source_id" text NOT NULL,
	"tables" jsonb NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	"is_profiled" boolean DEFAULT false NOT NULL,
	CONSTRAINT "catalogs_tenant_id_source_id_pk" PRIMARY KEY("tenant_id","source_id")
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"config" jsonb NOT NULL,
	"sealed_secrets" text NOT NULL,
	"state" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "sources_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "source_id" text;--> statement-breakpoint
CREATE INDEX "sources_by_name" ON "sources" USING btree ("tenant_id","name");