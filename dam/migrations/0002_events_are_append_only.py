"""The database refuses to change or delete events."""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION dam_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'events are append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER dam_event_no_change BEFORE UPDATE OR DELETE ON dam_event
    FOR EACH ROW EXECUTE FUNCTION dam_event_is_append_only();
CREATE TRIGGER dam_event_no_truncate BEFORE TRUNCATE ON dam_event
    FOR EACH STATEMENT EXECUTE FUNCTION dam_event_is_append_only();
"""
BACKWARD = """
DROP TRIGGER dam_event_no_truncate ON dam_event;
DROP TRIGGER dam_event_no_change ON dam_event;
DROP FUNCTION dam_event_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("dam", "0001_catalogue")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
