ALTER TABLE "conversation_access" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "held_results" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "group_members" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "roles" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP TABLE "conversation_access" CASCADE;--> statement-breakpoint
DROP TABLE "held_results" CASCADE;--> statement-breakpoint
DROP TABLE "group_members" CASCADE;--> statement-breakpoint
DROP TABLE "roles" CASCADE;--> statement-breakpoint
DROP INDEX "api_keys_by_user";--> statement-breakpoint
DROP INDEX "members_by_user";--> statement-breakpoint
ALTER TABLE "conversations" DROP COLUMN "visibility";--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "ending";--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "scopes";--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "used_at";--> statement-breakpoint
ALTER TABLE "members" DROP COLUMN "attributes";--> statement-breakpoint
ALTER TABLE "sessions" DROP COLUMN "device";--> statement-breakpoint
ALTER TABLE "sessions" DROP COLUMN "seen_at";--> statement-breakpoint
ALTER TABLE "tenants" DROP COLUMN "max_link_days";--> statement-breakpoint
ALTER TABLE "tenants" DROP COLUMN "default_link_days";--> statement-breakpoint
ALTER TABLE "tenants" DROP COLUMN "require_password";--> statement-breakpoint
ALTER TABLE "tenants" DROP COLUMN "allow_embed_origins";--> statement-breakpoint
ALTER TABLE "tenants" DROP COLUMN "retention_days";--> statement-breakpoint
ALTER TABLE "tenants" DROP COLUMN "deleted_at";--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "time_zone";--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "locale";--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "totp_sealed";--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "totp_step";--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "recovery_hashes";