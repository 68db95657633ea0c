CREATE TABLE "row_policies" (
	"tenant_id" text NOT NULL,
	"source_id" text NOT NULL,
	"table_name" text NOT NULL,
	"filter" text NOT NULL,
	CONSTRAINT "row_policies_tenant_id_source_id_table_name_pk" PRIMARY KEY("tenant_id","source_id","table_name")
);
--> statement-breakpoint
CREATE TABLE "source_grants" (
	"tenant_id" text NOT NULL,
	"source_id" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	CONSTRAINT "source_grants_tenant_id_source_id_subject_kind_subject_id_pk" PRIMARY KEY("tenant_id","source_id","subject_kind","subject_id")
);
