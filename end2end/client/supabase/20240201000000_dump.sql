-- As `supabase db dump` writes it.
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET row_security = off;

COMMENT ON SCHEMA "public" IS 'standard public schema';
CREATE EXTENSION IF NOT EXISTS "pg_stat_statements" WITH SCHEMA "extensions";

CREATE OR REPLACE FUNCTION "public"."team_labels"("team" "uuid") RETURNS SETOF "text"
    LANGUAGE "sql" STABLE
    SET "search_path" TO 'public'
    AS $$
  select l.name from labels l where l.team_id = team order by l.name
$$;

ALTER FUNCTION "public"."team_labels"("team" "uuid") OWNER TO "postgres";

SET default_tablespace = '';

CREATE TABLE IF NOT EXISTS "public"."labels" (
    "id" "uuid" DEFAULT "gen_random_uuid"() NOT NULL,
    "team_id" "uuid" NOT NULL,
    "name" "text" NOT NULL,
    "made_at" timestamp with time zone DEFAULT "now"() NOT NULL
);

ALTER TABLE "public"."labels" OWNER TO "postgres";

CREATE OR REPLACE VIEW "public"."team_progress" WITH ("security_invoker"='true') AS
 SELECT "t"."team_id",
    "count"(*) AS "tasks",
    "count"(*) FILTER (WHERE ("t"."status" = 'done'::"public"."task_status")) AS "done",
    "sum"("t"."points") AS "points"
   FROM "public"."tasks" "t"
  GROUP BY "t"."team_id";

ALTER TABLE "public"."team_progress" OWNER TO "postgres";

ALTER TABLE ONLY "public"."labels"
    ADD CONSTRAINT "labels_pkey" PRIMARY KEY ("id");

CREATE INDEX "labels_team_id_idx" ON "public"."labels" USING "btree" ("team_id");

ALTER TABLE ONLY "public"."labels"
    ADD CONSTRAINT "labels_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE CASCADE;

CREATE POLICY "Members label" ON "public"."labels" TO "authenticated" USING ("private"."is_member"("team_id")) WITH CHECK ("private"."is_member"("team_id"));

ALTER TABLE "public"."labels" ENABLE ROW LEVEL SECURITY;

ALTER PUBLICATION "supabase_realtime" OWNER TO "postgres";

GRANT USAGE ON SCHEMA "public" TO "postgres";
GRANT USAGE ON SCHEMA "public" TO "anon";
GRANT ALL ON FUNCTION "public"."team_labels"("team" "uuid") TO "anon";
GRANT ALL ON FUNCTION "public"."team_labels"("team" "uuid") TO "service_role";
GRANT ALL ON TABLE "public"."labels" TO "anon";
GRANT ALL ON TABLE "public"."labels" TO "authenticated";
GRANT ALL ON TABLE "public"."labels" TO "service_role";
GRANT ALL ON TABLE "public"."team_progress" TO "authenticated";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON SEQUENCES TO "anon";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON FUNCTIONS TO "anon";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON TABLES TO "authenticated";

RESET ALL;
