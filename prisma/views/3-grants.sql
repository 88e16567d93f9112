GRANT USAGE ON SCHEMA read TO dispatcher, sequencer, gateway, projector;
GRANT SELECT ON ALL TABLES IN SCHEMA read TO dispatcher, sequencer, gateway, projector;
GRANT USAGE ON SCHEMA analytics TO analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO analyst;
