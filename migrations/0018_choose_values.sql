CREATE TABLE "dashboard_answers" (
	"tenant_id" text NOT NULL,
	"digest" text NOT NULL,
	"user_id" text NOT NULL,
	"dashboard_id" text NOT NULL,
	CONSTRAINT "dashboard_answers_tenant_id_digest_user_id_dashboard_id_pk" PRIMARY KEY("tenant_id","digest","user_id","dashboard_id")
);
--> statement-breakpoint
ALTER TABLE "tiles" ADD COLUMN "values" jsonb;