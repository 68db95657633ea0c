CREATE TABLE "source_notes" (
	"tenant_id" text NOT NULL,
	"source_id" text NOT NULL,
	"version" integer NOT NULL,
	"notes" jsonb NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "source_notes_tenant_id_source_id_pk" PRIMARY KEY("tenant_id","source_id")
);
