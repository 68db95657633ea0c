CREATE TABLE "schedule_runs" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"schedule_id" text NOT NULL,
	"state" text NOT NULL,
	"is_by_hand" boolean NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"message" text DEFAULT '' NOT NULL,
	"turn_id" text,
	"delivered" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "schedule_runs_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"subject" jsonb NOT NULL,
	"time" jsonb NOT NULL,
	"alert" jsonb,
	"delivery" jsonb NOT NULL,
	"next_run_at" timestamp with time zone,
	"is_paused" boolean DEFAULT false NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"stopped" jsonb,
	"last_digests" jsonb,
	"last_turn_id" text,
	"alerted_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "schedules_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE INDEX "schedule_runs_in_order" ON "schedule_runs" USING btree ("tenant_id","schedule_id","due_at");--> statement-breakpoint
CREATE INDEX "schedules_by_owner" ON "schedules" USING btree ("tenant_id","owner_id");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("next_run_at");