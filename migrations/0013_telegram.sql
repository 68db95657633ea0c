CREATE TABLE "telegram_bots" (
	"tenant_id" text PRIMARY KEY NOT NULL,
	"token_sealed" text NOT NULL,
	"token_hash" text NOT NULL,
	"username" text NOT NULL,
	"mode" text NOT NULL,
	"hook_id" text NOT NULL,
	"hook_secret_sealed" text NOT NULL,
	"problem" text,
	"changed_at" timestamp with time zone NOT NULL,
	"polled_by" text,
	"polled_until" timestamp with time zone,
	CONSTRAINT "telegram_bots_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "telegram_bots_hook_id_unique" UNIQUE("hook_id")
);
--> statement-breakpoint
CREATE TABLE "telegram_chats" (
	"tenant_id" text NOT NULL,
	"chat_id" text NOT NULL,
	"person_id" text NOT NULL,
	"token_id" text NOT NULL,
	"conversation_id" text,
	"source_id" text,
	"analyst" text,
	"linked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "telegram_chats_tenant_id_chat_id_person_id_pk" PRIMARY KEY("tenant_id","chat_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "telegram_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"ending" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "telegram_tokens_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
ALTER TABLE "telegram_tokens" ADD CONSTRAINT "telegram_tokens_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "telegram_tokens" ADD CONSTRAINT "telegram_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "telegram_tokens_by_user" ON "telegram_tokens" USING btree ("tenant_id","user_id");