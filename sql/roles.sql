/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One role a need, with just its grants.  Applied after every migration by the
 * database's owner, who need not be a superuser: roles that it may not create
 * are named in a warning, and their grants are left out until they exist.
 */
DO $$
DECLARE
	wanted text;
BEGIN
	FOREACH wanted IN ARRAY
	    ARRAY['pypiwatch', 'pypiwatch_web', 'pypiwatch_analyst']
	LOOP
		CONTINUE WHEN EXISTS (SELECT FROM pg_roles
		    WHERE rolname = wanted);
		BEGIN
			EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
		EXCEPTION
		WHEN insufficient_privilege THEN
			RAISE WARNING 'role % does not exist and % may not create it: ask an administrator for CREATE ROLE %, then run "pypiwatch migrate" again',
			    wanted, current_user, wanted;
		WHEN duplicate_object OR unique_violation THEN
			NULL;	/* another database's migration was faster */
		END;
	END LOOP;
END $$;

/* Functions in schema pypiwatch are shut off by the schema itself. */
REVOKE ALL ON SCHEMA pypiwatch FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA pypiwatch FROM PUBLIC;
REVOKE ALL ON SCHEMA analyst FROM PUBLIC;

DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pypiwatch') THEN
		GRANT USAGE ON SCHEMA pypiwatch, analyst TO pypiwatch;
		GRANT SELECT, INSERT, UPDATE, DELETE
		    ON ALL TABLES IN SCHEMA pypiwatch TO pypiwatch;
		REVOKE INSERT, UPDATE, DELETE ON pypiwatch.migration
		    FROM pypiwatch;
		/* Only audit_add() adds, and nobody takes away. */
		REVOKE INSERT, UPDATE, DELETE ON pypiwatch.audit
		    FROM pypiwatch;
		GRANT EXECUTE ON FUNCTION pypiwatch.audit_add(text, text,
		    jsonb) TO pypiwatch;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA pypiwatch TO pypiwatch;
		GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA analyst TO pypiwatch;
		GRANT EXECUTE ON FUNCTION pypiwatch.retention_run(bigint,
		    bigint, bigint) TO pypiwatch;
		GRANT SELECT ON ALL TABLES IN SCHEMA analyst TO pypiwatch;
		GRANT USAGE ON SCHEMA pypiwatch_web TO pypiwatch;
		GRANT SELECT ON ALL TABLES IN SCHEMA pypiwatch_web TO pypiwatch;
	END IF;
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pypiwatch_web') THEN
		GRANT USAGE ON SCHEMA analyst, pypiwatch_web TO pypiwatch_web;
		/* It answers the network: nothing of people, sinks, notes or
		 * files, whatever it had before. */
		REVOKE ALL ON ALL TABLES IN SCHEMA analyst FROM pypiwatch_web;
		REVOKE ALL ON ALL FUNCTIONS IN SCHEMA analyst
		    FROM pypiwatch_web;
		GRANT SELECT ON analyst.detections TO pypiwatch_web;
		GRANT SELECT ON ALL TABLES IN SCHEMA pypiwatch_web
		    TO pypiwatch_web;
	END IF;
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pypiwatch_analyst')
	THEN
		GRANT USAGE ON SCHEMA analyst TO pypiwatch_analyst;
		GRANT SELECT ON ALL TABLES IN SCHEMA analyst
		    TO pypiwatch_analyst;
		GRANT EXECUTE ON FUNCTION analyst.explain(bigint),
		    analyst.span(interval),
		    analyst.similar_names(text), analyst.touched(text),
		    analyst.triage(bigint, text, text),
		    analyst.suppress(text, text, text, text, text,
			timestamptz, text),
		    analyst.unsuppress(bigint),
		    analyst.export_page(text, timestamptz, text, text,
			bigint, integer),
		    analyst.report_source(bigint),
		    analyst.report_note(bigint, jsonb),
		    analyst.evidence_heads(bigint),
		    analyst.evidence_part(bigint, integer)
		    TO pypiwatch_analyst;
	END IF;
END $$;
