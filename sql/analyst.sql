/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What analysts see: stable views and functions over the tables of schema
 * pypiwatch.  Columns are added at the end, never renamed or removed
 * (CREATE OR REPLACE VIEW refuses it too).
 */
CREATE SCHEMA IF NOT EXISTS analyst;
COMMENT ON SCHEMA analyst IS
    'pypiwatch for analysts: stable views and functions; see pypiwatch-sql(7)';

/* ---- events ------------------------------------------------------------ */

CREATE OR REPLACE VIEW analyst.events AS
SELECT e.id, e.serial, e.kind, e.project, e.normalized, e.version,
    e.filename, e.actor, e.role, e.action, e.at, e.seen_at,
    (SELECT array_agg(s.source ORDER BY s.seen_at, s.source)
	FROM pypiwatch.sighting s WHERE s.event_id = e.id) AS sources,
    (SELECT jsonb_object_agg(s.source, s.seen_at)
	FROM pypiwatch.sighting s WHERE s.event_id = e.id) AS seen_by,
    coalesce(pypiwatch.index_of(e.normalized), 'pypi') AS index
FROM pypiwatch.event e;
COMMENT ON VIEW analyst.events IS
    'everything PyPI told: one row a happening, whichever sources told of it';
COMMENT ON COLUMN analyst.events.id IS 'number of the event here';
COMMENT ON COLUMN analyst.events.serial IS
    'serial in PyPI''s changelog; NULL while only a feed told of it';
COMMENT ON COLUMN analyst.events.kind IS
    'what happened: create, new release, add file, remove project, ...';
COMMENT ON COLUMN analyst.events.project IS 'project name as displayed then';
COMMENT ON COLUMN analyst.events.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.events.version IS
    'version; NULL for what concerns a whole project';
COMMENT ON COLUMN analyst.events.filename IS 'file added or removed, else NULL';
COMMENT ON COLUMN analyst.events.actor IS
    'user or team of a role event, else NULL';
COMMENT ON COLUMN analyst.events.role IS 'Owner or Maintainer, else NULL';
COMMENT ON COLUMN analyst.events.action IS
    'the changelog''s own words; NULL while only a feed told of it';
COMMENT ON COLUMN analyst.events.at IS 'when it happened, says PyPI';
COMMENT ON COLUMN analyst.events.seen_at IS 'when we first saw it';
COMMENT ON COLUMN analyst.events.sources IS
    'which sources told of it, first one first: changelog, rss, ...';
COMMENT ON COLUMN analyst.events.seen_by IS 'when each source told of it';
COMMENT ON COLUMN analyst.events.index IS
    'the index it is from: pypi, or the name of an index section';

/* ---- releases ---------------------------------------------------------- */

CREATE OR REPLACE VIEW analyst.releases AS
SELECT p.display AS project, r.normalized, r.version, r.first_seen_at,
    r.status, f.files, f.finished, f.score,
    k.id AS detection_id, r.summary, r.author, r.author_email, r.maintainer,
    r.maintainer_email, r.home_page, p.created_at AS project_created_at,
    p.status AS project_status, p.lookalike_of,
    coalesce(pypiwatch.index_of(r.normalized), 'pypi') AS index,
    r.quarantined_at, r.removed_at, r.advisory
FROM pypiwatch.release r
JOIN pypiwatch.project p USING (normalized)
LEFT JOIN pypiwatch.detection_key k
    ON k.normalized = r.normalized AND k.version = r.version
LEFT JOIN LATERAL (SELECT count(*) AS files, count(u.outcome) AS finished,
    max(u.score) AS score FROM pypiwatch.upload u
    WHERE u.normalized = r.normalized AND u.version = r.version) f ON true;
COMMENT ON VIEW analyst.releases IS 'every release we saw appear or change';
COMMENT ON COLUMN analyst.releases.project IS 'project name as displayed';
COMMENT ON COLUMN analyst.releases.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.releases.version IS 'version';
COMMENT ON COLUMN analyst.releases.first_seen_at IS 'when we first saw it';
COMMENT ON COLUMN analyst.releases.status IS
    'on PyPI: live, yanked, quarantined or removed';
COMMENT ON COLUMN analyst.releases.files IS 'files of it that we know';
COMMENT ON COLUMN analyst.releases.finished IS
    'files of it with a final outcome';
COMMENT ON COLUMN analyst.releases.score IS
    'highest score of its files, 0 to 100; NULL before the first';
COMMENT ON COLUMN analyst.releases.detection_id IS
    'detections.id, when there is one';
COMMENT ON COLUMN analyst.releases.summary IS 'summary, says the release';
COMMENT ON COLUMN analyst.releases.author IS 'author, says the release';
COMMENT ON COLUMN analyst.releases.author_email IS
    'author''s mail address, says the release';
COMMENT ON COLUMN analyst.releases.maintainer IS
    'maintainer, says the release';
COMMENT ON COLUMN analyst.releases.maintainer_email IS
    'maintainer''s mail address, says the release';
COMMENT ON COLUMN analyst.releases.home_page IS 'home page, says the release';
COMMENT ON COLUMN analyst.releases.project_created_at IS
    'when the project was created, if we saw that';
COMMENT ON COLUMN analyst.releases.project_status IS
    'of the project: live, quarantined or removed';
COMMENT ON COLUMN analyst.releases.lookalike_of IS
    'the known project whose name this one resembles';
COMMENT ON COLUMN analyst.releases.index IS
    'the index it is from: pypi, or the name of an index section';
COMMENT ON COLUMN analyst.releases.quarantined_at IS
    'when PyPI quarantined it; NULL if it did not, or took that back';
COMMENT ON COLUMN analyst.releases.removed_at IS
    'when it was removed, by its owner or by PyPI';
COMMENT ON COLUMN analyst.releases.advisory IS
    'the published advisory that names it, if one does';

/* ---- files and findings ------------------------------------------------ */

CREATE OR REPLACE VIEW analyst.files AS
SELECT coalesce(p.display, u.normalized) AS project, u.normalized, u.version,
    u.filename, u.sha256, u.packagetype, u.uploaded_at, u.seen_at,
    u.scanned_at, u.outcome, u.score, u.why, u.size, u.id,
    coalesce(pypiwatch.index_of(u.normalized), 'pypi') AS index
FROM pypiwatch.upload u
LEFT JOIN pypiwatch.project p USING (normalized);
COMMENT ON VIEW analyst.files IS 'every uploaded file and what became of it';
COMMENT ON COLUMN analyst.files.project IS 'project name as displayed';
COMMENT ON COLUMN analyst.files.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.files.version IS 'version';
COMMENT ON COLUMN analyst.files.filename IS 'name of the file';
COMMENT ON COLUMN analyst.files.sha256 IS
    'digest, 64 hex digits; NULL until the index told it';
COMMENT ON COLUMN analyst.files.packagetype IS 'sdist, wheel, egg, ...';
COMMENT ON COLUMN analyst.files.uploaded_at IS 'upload time, says PyPI';
COMMENT ON COLUMN analyst.files.seen_at IS 'when we first heard of it';
COMMENT ON COLUMN analyst.files.scanned_at IS 'when its outcome was final';
COMMENT ON COLUMN analyst.files.outcome IS
    'scanned, partial, unscannable, gone or dead; NULL while under way';
COMMENT ON COLUMN analyst.files.score IS 'score, 0 to 100';
COMMENT ON COLUMN analyst.files.why IS
    'why it is partial, unscannable, gone or dead';
COMMENT ON COLUMN analyst.files.size IS 'bytes, says PyPI';
COMMENT ON COLUMN analyst.files.id IS 'number of the file here';
COMMENT ON COLUMN analyst.files.index IS
    'the index it is from: pypi, or the name of an index section';

CREATE OR REPLACE VIEW analyst.findings AS
SELECT f.id, u.normalized, u.version, u.filename, u.sha256, f.rule,
    f.category, f.tactic, f.context, f.path, f.line, f.layers, f.weight,
    f.novel, f.text, f.snippet, f.scanned_at AS found_at, u.id AS file_id,
    coalesce(p.display, u.normalized) AS project, f.suppressed_by,
    s.owner AS suppressed_owner, s.until AS suppressed_until
FROM pypiwatch.finding f
JOIN pypiwatch.upload u ON u.id = f.upload_id
LEFT JOIN pypiwatch.project p ON p.normalized = u.normalized
LEFT JOIN pypiwatch.suppression s ON s.id = f.suppressed_by;
COMMENT ON VIEW analyst.findings IS
    'what was found in each file, at its latest look';
COMMENT ON COLUMN analyst.findings.id IS 'number of the finding here';
COMMENT ON COLUMN analyst.findings.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.findings.version IS 'version';
COMMENT ON COLUMN analyst.findings.filename IS 'the uploaded file';
COMMENT ON COLUMN analyst.findings.sha256 IS 'its digest';
COMMENT ON COLUMN analyst.findings.rule IS 'rule that fired';
COMMENT ON COLUMN analyst.findings.category IS
    'kind of thing; the strongest of a category counts';
COMMENT ON COLUMN analyst.findings.tactic IS 'MITRE ATT&CK tactic, or NULL';
COMMENT ON COLUMN analyst.findings.context IS
    'where it stands: install, startup, import, call, data, ...';
COMMENT ON COLUMN analyst.findings.path IS
    'member of the archive; nested ones joined with !/';
COMMENT ON COLUMN analyst.findings.line IS 'line, from 1; NULL without one';
COMMENT ON COLUMN analyst.findings.layers IS
    'decoding that led there, outermost first';
COMMENT ON COLUMN analyst.findings.weight IS 'what judge counted it, 0 to 1';
COMMENT ON COLUMN analyst.findings.novel IS
    'new to the project: the previous release had nothing like it';
COMMENT ON COLUMN analyst.findings.text IS 'one sentence for a person';
COMMENT ON COLUMN analyst.findings.snippet IS 'what was seen, made visible';
COMMENT ON COLUMN analyst.findings.found_at IS 'when';
COMMENT ON COLUMN analyst.findings.file_id IS 'files.id';
COMMENT ON COLUMN analyst.findings.project IS 'project name as displayed';
COMMENT ON COLUMN analyst.findings.suppressed_by IS
    'suppressions.id: it did not count; NULL: it did';
COMMENT ON COLUMN analyst.findings.suppressed_owner IS
    'who answers for that';
COMMENT ON COLUMN analyst.findings.suppressed_until IS 'until when';

/* ---- detections and what was told -------------------------------------- */

CREATE OR REPLACE VIEW analyst.detections AS
SELECT id, project, version, score, severity, reasons, lookalike_of,
    first_detected_at, updated_at, triage_status, pypi_status,
    upload_to_alert, normalized, pypi_status_at,
    coalesce(pypiwatch.index_of(normalized), 'pypi') AS index,
    pypiwatch.truth_of(triage_status, quarantined_at IS NOT NULL,
	advisory IS NOT NULL, removed_at IS NOT NULL) AS truth,
    quarantined_at, removed_at, advisory,
    least(quarantined_at, removed_at) AS acted_at,
    least(quarantined_at, removed_at) - first_detected_at AS lead,
    m.campaign_id, d.suppressed_by
FROM pypiwatch.detection d
LEFT JOIN pypiwatch.campaign_member m ON m.detection_id = d.id;
COMMENT ON VIEW analyst.detections IS
    'releases whose score reached the alert threshold, one row each';
COMMENT ON COLUMN analyst.detections.id IS 'number of the detection';
COMMENT ON COLUMN analyst.detections.project IS 'project name as displayed';
COMMENT ON COLUMN analyst.detections.version IS 'version';
COMMENT ON COLUMN analyst.detections.score IS
    'highest score of its files, 0 to 100';
COMMENT ON COLUMN analyst.detections.severity IS
    'low from 20, medium from 40, high from 60, critical from 85';
COMMENT ON COLUMN analyst.detections.reasons IS
    'what makes up the score: rule, category, points, text; largest first';
COMMENT ON COLUMN analyst.detections.lookalike_of IS
    'the known project whose name this one resembles';
COMMENT ON COLUMN analyst.detections.first_detected_at IS 'when';
COMMENT ON COLUMN analyst.detections.updated_at IS 'when last changed';
COMMENT ON COLUMN analyst.detections.triage_status IS
    'open, confirmed, false_positive, pentest, spam or benign';
COMMENT ON COLUMN analyst.detections.pypi_status IS
    'live, yanked, quarantined or removed';
COMMENT ON COLUMN analyst.detections.upload_to_alert IS
    'from the upload of the file that raised it to its first alert';
COMMENT ON COLUMN analyst.detections.normalized IS
    'project name, normalised';
COMMENT ON COLUMN analyst.detections.pypi_status_at IS
    'when PyPI changed its status';
COMMENT ON COLUMN analyst.detections.index IS
    'the index it is from: pypi, or the name of an index section';
COMMENT ON COLUMN analyst.detections.truth IS
    'what is known by now: quarantined, advisory and confirmed are true; false_positive, pentest, spam and benign are not; unknown-removed and unknown are neither';
COMMENT ON COLUMN analyst.detections.quarantined_at IS
    'when PyPI quarantined it; NULL if it did not, or took that back';
COMMENT ON COLUMN analyst.detections.removed_at IS
    'when it was removed, by its owner or by PyPI';
COMMENT ON COLUMN analyst.detections.advisory IS
    'the published advisory that names it, if one does';
COMMENT ON COLUMN analyst.detections.acted_at IS
    'when it was quarantined or removed, whichever came first';
COMMENT ON COLUMN analyst.detections.lead IS
    'from our alert until then; negative when we came later';
COMMENT ON COLUMN analyst.detections.campaign_id IS 'campaigns.id';
COMMENT ON COLUMN analyst.detections.suppressed_by IS
    'suppressions.id: nothing of it counts any more; NULL: it does';

CREATE OR REPLACE VIEW analyst.alerts AS
SELECT id, detection_id, sequence, type, severity, created_at, payload
FROM pypiwatch.alert;
COMMENT ON VIEW analyst.alerts IS 'everything there was to tell';
COMMENT ON COLUMN analyst.alerts.id IS 'number of the alert';
COMMENT ON COLUMN analyst.alerts.detection_id IS
    'detections.id; NULL for what concerns the daemon itself';
COMMENT ON COLUMN analyst.alerts.sequence IS
    'first, second, ... about this detection';
COMMENT ON COLUMN analyst.alerts.type IS
    'detection.opened, detection.updated, release.removed, ...';
COMMENT ON COLUMN analyst.alerts.severity IS
    'severity at that time; sinks choose by it';
COMMENT ON COLUMN analyst.alerts.created_at IS 'when';
COMMENT ON COLUMN analyst.alerts.payload IS
    'what a webhook gets, schema pypiwatch.alert/1';

CREATE OR REPLACE VIEW analyst.deliveries AS
SELECT alert_id, sink, delivery_id, attempt, state AS status, delivered_at,
    created_at, run_at AS next_attempt_at, http_status, answer, dead_reason,
    detection_id, held, held_until, summary_id, id, mute_id, left_to
FROM pypiwatch.delivery;
COMMENT ON VIEW analyst.deliveries IS 'each alert on its way to each sink';
COMMENT ON COLUMN analyst.deliveries.alert_id IS 'alerts.id';
COMMENT ON COLUMN analyst.deliveries.sink IS 'name of the sink';
COMMENT ON COLUMN analyst.deliveries.delivery_id IS
    'the webhook-id: the same over all attempts';
COMMENT ON COLUMN analyst.deliveries.attempt IS 'attempts so far';
COMMENT ON COLUMN analyst.deliveries.status IS
    'pending, delivered, retrying or dead';
COMMENT ON COLUMN analyst.deliveries.delivered_at IS
    'when the sink said it has it';
COMMENT ON COLUMN analyst.deliveries.created_at IS
    'when it was put in the outbox';
COMMENT ON COLUMN analyst.deliveries.next_attempt_at IS
    'not before, while it is not delivered';
COMMENT ON COLUMN analyst.deliveries.http_status IS 'of the last answer';
COMMENT ON COLUMN analyst.deliveries.answer IS 'of the sink, shortened';
COMMENT ON COLUMN analyst.deliveries.dead_reason IS 'why it was given up';
COMMENT ON COLUMN analyst.deliveries.detection_id IS 'detections.id';
COMMENT ON COLUMN analyst.deliveries.held IS
    'why it is told in a message with others: observe, digest, quiet, campaign or rate; muted: not at all; NULL for one by itself';
COMMENT ON COLUMN analyst.deliveries.held_until IS 'until when it waits';
COMMENT ON COLUMN analyst.deliveries.summary_id IS
    'id of the delivery that told of it';
COMMENT ON COLUMN analyst.deliveries.id IS 'number of the delivery here';
COMMENT ON COLUMN analyst.deliveries.left_to IS
    'recipients of a mail who may still get it, when others have it';
COMMENT ON COLUMN analyst.deliveries.mute_id IS
    'mutes.id: nobody wanted to hear it; its status is dead';

/* ---- how well ---------------------------------------------------------- */

CREATE OR REPLACE VIEW analyst.coverage AS
SELECT c.period, c.source, c.polls, c.items, c.stored, c.gaps, c.failures,
    c.first_serial, c.last_serial, g.open AS gaps_open, g.lost_from, g.lost_to,
    CASE WHEN c.source NOT IN ('ingest', 'backfill') THEN
	pypiwatch.coverage_unseen(c.source, c.period) END AS unseen,
    pypiwatch.source_shows(c.source) AS shows
FROM pypiwatch.coverage c
LEFT JOIN LATERAL (SELECT count(*) AS open,
    min(coalesce(x.from_at, x.to_at)) AS lost_from, max(x.to_at) AS lost_to
    FROM pypiwatch.gap x WHERE x.source = c.source
    AND x.repaired_at IS NULL AND x.to_at >= c.period
    AND coalesce(x.from_at, x.to_at) < c.period + interval '1 hour') g ON true;
COMMENT ON VIEW analyst.coverage IS
    'what each source showed in each hour, and what may have been lost';
COMMENT ON COLUMN analyst.coverage.period IS 'the hour, by its start';
COMMENT ON COLUMN analyst.coverage.source IS
    'changelog, rss, rss-packages, simple, simple:INDEX, backfill or ingest';
COMMENT ON COLUMN analyst.coverage.polls IS 'answers with events in them';
COMMENT ON COLUMN analyst.coverage.items IS
    'events in them, repeated ones included';
COMMENT ON COLUMN analyst.coverage.stored IS
    'events that no source had shown before';
COMMENT ON COLUMN analyst.coverage.gaps IS
    'polls that do not join the one before: something may be lost';
COMMENT ON COLUMN analyst.coverage.failures IS
    'times the source turned from well to failing';
COMMENT ON COLUMN analyst.coverage.first_serial IS 'least serial shown';
COMMENT ON COLUMN analyst.coverage.last_serial IS 'largest serial shown';
COMMENT ON COLUMN analyst.coverage.gaps_open IS
    'gaps that reach into the hour and that no source has filled';
COMMENT ON COLUMN analyst.coverage.lost_from IS
    'what was published from then on may be missed; NULL: nothing is';
COMMENT ON COLUMN analyst.coverage.lost_to IS '... until then';
COMMENT ON COLUMN analyst.coverage.unseen IS
    'events first seen in the hour, by others, that this source could show';
COMMENT ON COLUMN analyst.coverage.shows IS
    'kinds of events that this source shows; it is blind to all others';

CREATE OR REPLACE VIEW analyst.gaps AS
SELECT g.id, g.source, coalesce(p.display, g.normalized) AS project,
    g.from_at, g.to_at, g.from_serial, g.to_serial, g.why, g.repaired_at,
    g.repaired_by
FROM pypiwatch.gap g LEFT JOIN pypiwatch.project p USING (normalized);
COMMENT ON VIEW analyst.gaps IS
    'times in which a source may have missed something, and who made it good';
COMMENT ON COLUMN analyst.gaps.id IS 'number of the gap';
COMMENT ON COLUMN analyst.gaps.source IS 'which source';
COMMENT ON COLUMN analyst.gaps.project IS
    'the only project concerned; NULL: any';
COMMENT ON COLUMN analyst.gaps.from_at IS
    'the last look before; NULL if there was none';
COMMENT ON COLUMN analyst.gaps.to_at IS 'the look that does not join it';
COMMENT ON COLUMN analyst.gaps.from_serial IS
    'of a source with serials: the last one before';
COMMENT ON COLUMN analyst.gaps.to_serial IS '... and the last one within';
COMMENT ON COLUMN analyst.gaps.why IS 'how it was noticed';
COMMENT ON COLUMN analyst.gaps.repaired_at IS
    'when another source had seen all of that time; NULL: none has';
COMMENT ON COLUMN analyst.gaps.repaired_by IS 'which one';

/* ROWS: people ask for some of them, and a plan for all would be compiled. */
CREATE OR REPLACE FUNCTION pypiwatch.days() RETURNS SETOF timestamptz
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT generate_series(date_trunc('day', min(period)), now(),
	    interval '1 day') FROM pypiwatch.coverage
$$;

CREATE OR REPLACE VIEW analyst.daily AS
SELECT day::date AS day,
    (SELECT count(*) FROM pypiwatch.event e WHERE e.seen_at >= day
	AND e.seen_at < day + interval '1 day') AS events,
    (SELECT count(*) FROM pypiwatch.release r WHERE r.first_seen_at >= day
	AND r.first_seen_at < day + interval '1 day') AS releases,
    f.*,
    (SELECT count(*) FROM pypiwatch.detection d
	WHERE d.first_detected_at >= day
	AND d.first_detected_at < day + interval '1 day') AS detections,
    (SELECT count(*) FROM pypiwatch.alert a WHERE a.created_at >= day
	AND a.created_at < day + interval '1 day') AS alerts
FROM pypiwatch.days() AS day
CROSS JOIN LATERAL (SELECT count(*) AS files,
    count(*) FILTER (WHERE outcome = 'scanned') AS scanned,
    count(*) FILTER (WHERE outcome = 'partial') AS partial,
    count(*) FILTER (WHERE outcome = 'unscannable') AS unscannable,
    count(*) FILTER (WHERE outcome = 'gone') AS gone,
    count(*) FILTER (WHERE outcome = 'dead') AS dead
    FROM pypiwatch.upload u WHERE u.seen_at >= day
    AND u.seen_at < day + interval '1 day') f;
COMMENT ON VIEW analyst.daily IS 'numbers of each day, by when we saw things';
COMMENT ON COLUMN analyst.daily.day IS 'the day';
COMMENT ON COLUMN analyst.daily.events IS 'events seen';
COMMENT ON COLUMN analyst.daily.releases IS 'releases first seen';
COMMENT ON COLUMN analyst.daily.files IS 'files first heard of';
COMMENT ON COLUMN analyst.daily.scanned IS 'of these: looked at whole';
COMMENT ON COLUMN analyst.daily.partial IS 'of these: looked at in part';
COMMENT ON COLUMN analyst.daily.unscannable IS 'of these: broken';
COMMENT ON COLUMN analyst.daily.gone IS
    'of these: taken back before we could look';
COMMENT ON COLUMN analyst.daily.dead IS 'of these: given up, see files.why';
COMMENT ON COLUMN analyst.daily.detections IS 'detections opened';
COMMENT ON COLUMN analyst.daily.alerts IS 'alerts made';

/* Through counts that are kept: see tally. */
CREATE OR REPLACE VIEW analyst.precision AS
SELECT week, detections, open, confirmed, false_positive, other, quarantined,
    removed, round(counted_true::numeric
	/ nullif(counted_true + counted_false, 0), 3) AS precision,
    nullif(rule, '') AS rule, advisory, counted_true, counted_false,
    unknown_removed, unknown, disputed
FROM (SELECT week, rule, sum(n) AS detections,
    coalesce(sum(n) FILTER (WHERE triage = 'open'), 0) AS open,
    coalesce(sum(n) FILTER (WHERE triage = 'confirmed'), 0) AS confirmed,
    coalesce(sum(n) FILTER (WHERE triage = 'false_positive'), 0)
	AS false_positive,
    coalesce(sum(n) FILTER (WHERE triage IN ('pentest', 'spam', 'benign')),
	0) AS other,
    coalesce(sum(n) FILTER (WHERE quarantined), 0) AS quarantined,
    coalesce(sum(n) FILTER (WHERE removed AND NOT quarantined
	AND NOT advised), 0) AS removed,
    coalesce(sum(n) FILTER (WHERE advised), 0) AS advisory,
    coalesce(sum(n) FILTER (WHERE truth IN ('quarantined', 'advisory',
	'confirmed')), 0) AS counted_true,
    coalesce(sum(n) FILTER (WHERE truth IN ('false_positive', 'pentest',
	'spam', 'benign')), 0) AS counted_false,
    coalesce(sum(n) FILTER (WHERE truth = 'unknown-removed'), 0)
	AS unknown_removed,
    coalesce(sum(n) FILTER (WHERE truth = 'unknown'), 0) AS unknown,
    coalesce(sum(n) FILTER (WHERE (quarantined OR advised)
	AND triage IN ('false_positive', 'benign')), 0) AS disputed
    FROM (SELECT *, pypiwatch.truth_of(triage, quarantined, advised, removed)
	AS truth FROM (SELECT * FROM pypiwatch.tally
	    UNION ALL SELECT * FROM pypiwatch.tally_news) t) x
    GROUP BY week, rule HAVING sum(n) > 0) w;
COMMENT ON VIEW analyst.precision IS
    'how often we were right, by week, and by week and rule';
COMMENT ON COLUMN analyst.precision.week IS 'the week, by its Monday (UTC)';
COMMENT ON COLUMN analyst.precision.detections IS 'detections opened';
COMMENT ON COLUMN analyst.precision.open IS 'of these: not triaged yet';
COMMENT ON COLUMN analyst.precision.confirmed IS
    'of these: triaged as malicious';
COMMENT ON COLUMN analyst.precision.false_positive IS
    'of these: triaged as false alarms';
COMMENT ON COLUMN analyst.precision.other IS
    'of these: triaged as pentest, spam or benign';
COMMENT ON COLUMN analyst.precision.quarantined IS
    'of these: quarantined by PyPI, which counts as true';
COMMENT ON COLUMN analyst.precision.removed IS
    'of these: removed without a quarantine or advisory, which may have any reason';
COMMENT ON COLUMN analyst.precision.precision IS
    'counted_true among counted_true and counted_false; NULL before the first';
COMMENT ON COLUMN analyst.precision.rule IS
    'the rule; NULL: whichever, each detection once';
COMMENT ON COLUMN analyst.precision.advisory IS
    'of these: named by a published advisory, which counts as true';
COMMENT ON COLUMN analyst.precision.counted_true IS
    'quarantined, advised or confirmed';
COMMENT ON COLUMN analyst.precision.counted_false IS
    'triaged as false_positive, pentest, spam or benign, and neither quarantined nor advised';
COMMENT ON COLUMN analyst.precision.unknown_removed IS
    'removed, and nothing more is known';
COMMENT ON COLUMN analyst.precision.unknown IS 'nothing is known yet';
COMMENT ON COLUMN analyst.precision.disputed IS
    'counted as true by PyPI''s word, and as harmless by our own triage';

/* ---- how the daemon is -------------------------------------------------- */

CREATE OR REPLACE VIEW analyst.hosts AS
SELECT i.host, i.pid, i.version, i.started_at, i.seen_at,
    l.holder IS NOT NULL AS polls, i.satellites AS processes
FROM pypiwatch.instance i
LEFT JOIN pypiwatch.poll_lease l ON l.holder = i.id;
COMMENT ON VIEW analyst.hosts IS 'the daemons that run, one row each';
COMMENT ON COLUMN analyst.hosts.host IS 'name of the host';
COMMENT ON COLUMN analyst.hosts.pid IS 'process of its pypiwatch-queue';
COMMENT ON COLUMN analyst.hosts.version IS 'version of pypiwatch there';
COMMENT ON COLUMN analyst.hosts.started_at IS 'since when it runs';
COMMENT ON COLUMN analyst.hosts.seen_at IS
    'when it last said that it lives, every ten seconds';
COMMENT ON COLUMN analyst.hosts.polls IS
    'it follows the index; one of them does';
COMMENT ON COLUMN analyst.hosts.processes IS
    'its other processes: role, index, pid, well, slots, busy';

CREATE OR REPLACE VIEW analyst.sources AS
SELECT h.source, h.ok, h.stopped, h.last_ok_at, h.items, h.lag_s,
    c.serial, h.server_serial, h.why, h.updated_at
FROM pypiwatch.source_health h
LEFT JOIN pypiwatch.cursor c ON c.source = h.source;
COMMENT ON VIEW analyst.sources IS 'how each source of events is';
COMMENT ON COLUMN analyst.sources.source IS
    'changelog, rss, rss-packages, simple or ingest';
COMMENT ON COLUMN analyst.sources.ok IS 'its last answer was good';
COMMENT ON COLUMN analyst.sources.stopped IS
    'it is not asked any more and waits for an operator';
COMMENT ON COLUMN analyst.sources.last_ok_at IS 'when it last answered well';
COMMENT ON COLUMN analyst.sources.items IS 'events in its last answer';
COMMENT ON COLUMN analyst.sources.lag_s IS
    'seconds between its newest event and now';
COMMENT ON COLUMN analyst.sources.serial IS
    'how far we are; NULL where there are no serials';
COMMENT ON COLUMN analyst.sources.server_serial IS 'how far the index is';
COMMENT ON COLUMN analyst.sources.why IS 'what is the matter, else NULL';
COMMENT ON COLUMN analyst.sources.updated_at IS 'when this was told';

CREATE OR REPLACE VIEW analyst.sinks AS
SELECT name, type, min_severity, enabled, disabled_why, updated_at
FROM pypiwatch.sink;
COMMENT ON VIEW analyst.sinks IS
    'the receivers of alerts, as configured; their addresses are secret';
COMMENT ON COLUMN analyst.sinks.name IS 'name of the sink';
COMMENT ON COLUMN analyst.sinks.type IS 'webhook, slack, ...';
COMMENT ON COLUMN analyst.sinks.min_severity IS 'least severity that it gets';
COMMENT ON COLUMN analyst.sinks.enabled IS 'it gets alerts';
COMMENT ON COLUMN analyst.sinks.disabled_why IS
    'why not, when its far end said that it is gone';
COMMENT ON COLUMN analyst.sinks.updated_at IS 'when this last changed';

CREATE OR REPLACE VIEW analyst.work AS
SELECT 'resolve' AS kind, coalesce(p.display, r.normalized) AS project,
    r.version, NULL::text AS filename, NULL::text AS sink, r.priority,
    r.attempt, r.created_at, r.run_at AS next_attempt_at, r.lease_until,
    r.why
FROM pypiwatch.resolve r LEFT JOIN pypiwatch.project p USING (normalized)
UNION ALL
SELECT 'inspect', t.display, t.version, t.filename, NULL, t.priority,
    t.attempt, t.created_at, t.run_at, t.lease_until, t.why
FROM pypiwatch.task t
UNION ALL
SELECT 'deliver', d.project, d.version, NULL, v.sink, NULL, v.attempt,
    v.created_at, v.run_at, v.lease_until, v.answer
FROM pypiwatch.delivery v
LEFT JOIN pypiwatch.detection d ON d.id = v.detection_id
WHERE v.state IN ('pending', 'retrying');
COMMENT ON VIEW analyst.work IS 'what waits or is under way';
COMMENT ON COLUMN analyst.work.kind IS
    'resolve: ask what a release holds; inspect: fetch a file and look into it; deliver: an alert';
COMMENT ON COLUMN analyst.work.project IS
    'project name as displayed; NULL for alerts about the daemon itself';
COMMENT ON COLUMN analyst.work.version IS 'version';
COMMENT ON COLUMN analyst.work.filename IS 'the file to inspect, else NULL';
COMMENT ON COLUMN analyst.work.sink IS 'where to deliver, else NULL';
COMMENT ON COLUMN analyst.work.priority IS
    '0 is most urgent; NULL for deliveries';
COMMENT ON COLUMN analyst.work.attempt IS 'attempts so far';
COMMENT ON COLUMN analyst.work.created_at IS 'since when it waits';
COMMENT ON COLUMN analyst.work.next_attempt_at IS 'not before';
COMMENT ON COLUMN analyst.work.lease_until IS
    'some process works on it until then at most; NULL: nobody does';
COMMENT ON COLUMN analyst.work.why IS
    'what was the matter at the last attempt';

CREATE OR REPLACE VIEW analyst.jobs AS
SELECT CASE r.kind WHEN 'seed' THEN 'seed' ELSE 'rescan' END AS kind, r.id,
    CASE WHEN r.stopped THEN 'stopped' WHEN r.finished_at IS NOT NULL
	THEN 'done' WHEN r.began_at IS NULL THEN 'waiting' ELSE 'running' END
	AS state,
    greatest(r.queued - CASE r.kind WHEN 'seed' THEN (SELECT count(*)
	FROM pypiwatch.resolve w WHERE w.rescan_id = r.id)
	+ (SELECT count(DISTINCT t.normalized) FROM pypiwatch.task t
	WHERE t.rescan_id = r.id)
	ELSE (SELECT count(*) FROM pypiwatch.task t
	WHERE t.rescan_id = r.id) END, 0) AS done, r.total,
    CASE r.kind WHEN 'seed' THEN 'projects' ELSE 'files' END AS unit,
    (SELECT count(*) FROM pypiwatch.held_verdict h WHERE h.rescan_id = r.id
	AND h.ended_at IS NULL) AS held, r.asked_by, r.asked_at, r.finished_at
FROM pypiwatch.rescan r WHERE r.kind IN ('files', 'seed')
UNION ALL
SELECT 'backfill', b.id, CASE WHEN b.stopped THEN 'stopped'
    WHEN b.finished_at IS NOT NULL THEN 'done'
    WHEN b.began_at IS NULL THEN 'waiting' ELSE 'running' END,
    b.cursor - b.since, b.until - b.since, 'serials', 0, b.asked_by,
    b.asked_at, b.finished_at
FROM pypiwatch.backfill b;
COMMENT ON VIEW analyst.jobs IS
    'what somebody asked the daemon to do when nothing newer waits';
COMMENT ON COLUMN analyst.jobs.kind IS 'seed, rescan or backfill';
COMMENT ON COLUMN analyst.jobs.id IS 'its number, as --list and --stop have it';
COMMENT ON COLUMN analyst.jobs.state IS 'waiting, running, done or stopped';
COMMENT ON COLUMN analyst.jobs.done IS 'how many are done';
COMMENT ON COLUMN analyst.jobs.total IS 'of how many';
COMMENT ON COLUMN analyst.jobs.unit IS 'projects, files or serials';
COMMENT ON COLUMN analyst.jobs.held IS
    'verdicts that wait for a person: pypiwatch retro list';
COMMENT ON COLUMN analyst.jobs.asked_by IS 'who asked for it';
COMMENT ON COLUMN analyst.jobs.asked_at IS 'when';
COMMENT ON COLUMN analyst.jobs.finished_at IS 'when it ended';

CREATE OR REPLACE VIEW analyst.health AS
SELECT nullif(host, '') AS host, part, degraded, since, severity, why
FROM pypiwatch.health;
COMMENT ON VIEW analyst.health IS
    'what is not well about the daemon itself, or was';
COMMENT ON COLUMN analyst.health.host IS
    'name of the host; NULL for what concerns all of them';
COMMENT ON COLUMN analyst.health.part IS
    'poll, queue, worker 0, ..., database, host, polling, source changelog, ...';
COMMENT ON COLUMN analyst.health.degraded IS 'it is not well';
COMMENT ON COLUMN analyst.health.since IS 'since when it is so';
COMMENT ON COLUMN analyst.health.severity IS 'of the alert about it';
COMMENT ON COLUMN analyst.health.why IS
    'what is the matter, or was the last time';

CREATE OR REPLACE VIEW analyst.targets AS
SELECT normalized, kind, nullif(rank, 0) AS rank,
    nullif(downloads, 0) AS downloads, owned, added_at, NULL::text AS project
FROM pypiwatch.target
UNION ALL
SELECT r.normalized, 'rising', NULL, NULL, false, NULL, NULL
FROM pypiwatch.rising_projects() r
WHERE NOT EXISTS (SELECT FROM pypiwatch.target t
    WHERE t.normalized = r.normalized)
UNION ALL
SELECT DISTINCT d.normalized, 'used', NULL::integer, NULL::bigint, false,
    NULL::timestamptz, NULL::text
FROM pypiwatch.dep d WHERE strpos(d.normalized, '/') = 0
AND NOT EXISTS (SELECT FROM pypiwatch.target t
    WHERE t.normalized = d.normalized)
UNION ALL
SELECT i.normalized, 'import', NULL, NULL, false, i.added_at, i.project
FROM (SELECT DISTINCT ON (m.normalized) m.*
    FROM pypiwatch.import_name m
    ORDER BY m.normalized, m.rank, m.project) i;
COMMENT ON VIEW analyst.targets IS
    'names worth imitating that are kept here, beside the installed list';
COMMENT ON COLUMN analyst.targets.normalized IS 'project name, normalised';
COMMENT ON COLUMN analyst.targets.kind IS 'popular, protected, used: in a list of deps, rising: others build on it, or import: what code imports';
COMMENT ON COLUMN analyst.targets.rank IS
    'place among the popular, from 1; NULL unknown';
COMMENT ON COLUMN analyst.targets.downloads IS
    'downloads a month; NULL unknown';
COMMENT ON COLUMN analyst.targets.owned IS 'the name is ours';
COMMENT ON COLUMN analyst.targets.added_at IS 'when it was added';
COMMENT ON COLUMN analyst.targets.project IS
    'the popular project whose wheels install that import name; else NULL';

/* ---- what teams use ---------------------------------------------------- */

CREATE OR REPLACE VIEW analyst.deps AS
SELECT l.name AS list, l.team, d.normalized, nullif(d.version, '') AS version,
    l.read_at, l.files
FROM pypiwatch.dep_list l LEFT JOIN pypiwatch.dep d ON d.list = l.name;
COMMENT ON VIEW analyst.deps IS
    'what teams use, one row a list and project; a list of nothing has one';
COMMENT ON COLUMN analyst.deps.list IS 'name of the list';
COMMENT ON COLUMN analyst.deps.team IS 'whose it is, or NULL';
COMMENT ON COLUMN analyst.deps.normalized IS
    'project name, normalised; NULL: the list is empty';
COMMENT ON COLUMN analyst.deps.version IS
    'the only version allowed; NULL: several are';
COMMENT ON COLUMN analyst.deps.read_at IS 'when the list was read';
COMMENT ON COLUMN analyst.deps.files IS 'from which files';

/* What is known against a list: of what is used, and of what imitates it. */
CREATE OR REPLACE VIEW analyst.deps_check AS
SELECT d.list, d.team, d.normalized AS uses, d.version AS uses_version,
    'detected' AS what, x.project, x.version, x.score, x.severity,
    x.first_detected_at AS at, x.id AS detection_id,
    x.triage_status NOT IN ('false_positive', 'benign')
	AND x.suppressed_by IS NULL AND (d.version IS NULL OR
	pypiwatch.version_key(d.version) = pypiwatch.version_key(x.version))
	AS bad
FROM analyst.deps d JOIN analyst.detections x
    ON x.normalized = d.normalized
UNION ALL
SELECT d.list, d.team, d.normalized, d.version, 'imitated', x.project,
    x.version, x.score, x.severity, x.first_detected_at, x.id, false
FROM analyst.deps d JOIN pypiwatch.detection x
    ON x.lookalike_of = d.normalized
    AND x.normalized <> d.normalized
    AND x.triage_status NOT IN ('false_positive', 'benign')
    AND x.suppressed_by IS NULL
UNION ALL
SELECT d.list, d.team, d.normalized, d.version, r.status, p.display,
    r.version, NULL, NULL, r.status_at, NULL,
    CASE WHEN d.version IS NULL THEN r.status = 'quarantined' ELSE
	pypiwatch.version_key(d.version) = pypiwatch.version_key(r.version) END
FROM analyst.deps d JOIN pypiwatch.release r ON r.normalized = d.normalized
JOIN pypiwatch.project p ON p.normalized = r.normalized
WHERE r.status IN ('removed', 'quarantined', 'yanked')
UNION ALL
SELECT d.list, d.team, d.normalized, d.version, p.status, p.display, NULL,
    NULL, NULL, coalesce(p.removed_at, p.quarantined_at), NULL, true
FROM analyst.deps d JOIN pypiwatch.project p ON p.normalized = d.normalized
WHERE p.status IN ('removed', 'quarantined');
COMMENT ON VIEW analyst.deps_check IS
    'what history says against what teams use, one row a finding';
COMMENT ON COLUMN analyst.deps_check.list IS 'name of the list';
COMMENT ON COLUMN analyst.deps_check.team IS 'whose it is, or NULL';
COMMENT ON COLUMN analyst.deps_check.uses IS 'what is used, normalised';
COMMENT ON COLUMN analyst.deps_check.uses_version IS
    'in which version; NULL: several';
COMMENT ON COLUMN analyst.deps_check.what IS
    'detected, imitated, quarantined, removed or yanked';
COMMENT ON COLUMN analyst.deps_check.project IS
    'the project that is meant: of "imitated" the one that imitates';
COMMENT ON COLUMN analyst.deps_check.version IS
    'its version; NULL: the whole project';
COMMENT ON COLUMN analyst.deps_check.score IS 'score of the detection';
COMMENT ON COLUMN analyst.deps_check.severity IS 'its severity';
COMMENT ON COLUMN analyst.deps_check.at IS 'when';
COMMENT ON COLUMN analyst.deps_check.detection_id IS 'detections.id';
COMMENT ON COLUMN analyst.deps_check.bad IS
    'it concerns the very thing that is used, in a version that may be used';

/* ---- functions --------------------------------------------------------- */

CREATE OR REPLACE FUNCTION analyst.triage(id bigint, verdict text,
    note text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	was text;
	entry bigint;
BEGIN
	IF verdict IS NULL OR verdict NOT IN ('open', 'confirmed',
	    'false_positive', 'pentest', 'spam', 'benign') THEN
		RAISE EXCEPTION '"%" is no verdict', verdict USING HINT =
		    'One of: open, confirmed, false_positive, pentest, spam, benign.';
	END IF;
	SELECT d.triage_status INTO was FROM pypiwatch.detection d
	    WHERE d.id = triage.id FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no detection %', id USING HINT =
		    'SELECT id, project, version FROM analyst.detections;';
	END IF;
	INSERT INTO pypiwatch.triage AS t
	    (detection_id, verdict, was, note, author)
	    VALUES (id, verdict, was, note, session_user)
	    RETURNING t.id INTO entry;
	UPDATE pypiwatch.detection d SET triage_status = verdict,
	    updated_at = now() WHERE d.id = triage.id;
	PERFORM pypiwatch.audit_add('triage', 'detection ' || id,
	    jsonb_build_object('verdict', verdict, 'was', was, 'note', note));
	IF verdict <> was AND verdict IN ('false_positive', 'benign') THEN
		PERFORM pypiwatch.alert_emit(id, 'detection.withdrawn',
		    jsonb_strip_nulls(jsonb_build_object('by', session_user,
		    'note', note)), 'withdrawn');
	ELSIF verdict <> was THEN
		PERFORM pypiwatch.alert_emit(id, 'detection.updated',
		    jsonb_strip_nulls(jsonb_build_object('change', 'triaged',
		    'by', session_user, 'note', note)), 'triage ' || entry);
	END IF;
	RETURN verdict;
END $$;
COMMENT ON FUNCTION analyst.triage(bigint, text, text) IS
    'says what a detection turned out to be: open, confirmed, false_positive, pentest, spam or benign';

DROP FUNCTION IF EXISTS analyst.similar_names(text);
CREATE FUNCTION analyst.similar_names(name text)
RETURNS TABLE (project text, kind text, rank integer, similarity real,
    technique text, score smallint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	WITH a AS MATERIALIZED (
		SELECT left(pypiwatch.normalize(name), 250) AS asked
	), near AS MATERIALIZED (
		SELECT t.* FROM a CROSS JOIN pypiwatch.name_near(a.asked) t
	), likely AS (
		/* Thousands share letters with a popular name; what is nearest
		 * is worth a closer look. */
		(SELECT t.normalized, t.kind, t.rank
		FROM a JOIN pypiwatch.target t
		ON lower(t.normalized) OPERATOR(pypiwatch.%) a.asked
		ORDER BY pypiwatch.levenshtein(left(t.normalized, 250),
		    a.asked), t.normalized LIMIT 30)
		UNION
		SELECT t.normalized, t.kind, t.rank
		FROM a JOIN pypiwatch.target t
		ON t.normalized = ANY (pypiwatch.name_guesses(a.asked))
		UNION
		SELECT t.normalized, t.kind, t.rank FROM near t
		UNION
		SELECT i.project, 'import', i.rank
		FROM a JOIN pypiwatch.import_name i ON i.normalized = a.asked
		UNION
		SELECT w.project, 'import', t.rank
		FROM a JOIN pypiwatch.word w
		ON w.normalized = a.asked AND w.kind = 'import'
		LEFT JOIN pypiwatch.target t ON t.normalized = w.project
		    AND t.kind = 'popular'
		UNION
		/* These have no rank; they count as so popular. */
		SELECT w.normalized, w.kind,
		    CASE w.kind WHEN 'word' THEN 2200 ELSE 800 END
		FROM a CROSS JOIN pypiwatch.name_words(a.asked) w
		WHERE NOT EXISTS (SELECT FROM pypiwatch.target t
		    WHERE t.normalized = w.normalized)
		UNION
		(SELECT p.normalized, 'seen', 0
		FROM a JOIN pypiwatch.project p
		ON lower(p.normalized) OPERATOR(pypiwatch.%) a.asked
		WHERE NOT EXISTS (SELECT FROM pypiwatch.target t
		    WHERE t.normalized = p.normalized)
		ORDER BY pypiwatch.levenshtein(left(p.normalized, 250),
		    a.asked), p.normalized LIMIT 30)
	)
	SELECT n.normalized, n.kind, CASE WHEN n.kind NOT IN ('stdlib',
		'brand', 'word') THEN nullif(n.rank, 0) END,
	    pypiwatch.similarity(n.normalized, a.asked), t.technique,
	    pypiwatch.name_score(t.technique, n.normalized, n.rank)
	FROM a CROSS JOIN likely n
	CROSS JOIN LATERAL (
	    SELECT pypiwatch.name_technique(a.asked, n.normalized, n.kind,
		n.kind = 'brand' OR n.normalized IN (
		    SELECT normalized FROM near)) AS technique) t
	WHERE n.normalized <> a.asked
	ORDER BY 6 DESC, 4 DESC, nullif(n.rank, 0), 1 LIMIT 50
$$;
COMMENT ON FUNCTION analyst.similar_names(text) IS
    'known and seen projects with names like this one, the likeliest target first';
