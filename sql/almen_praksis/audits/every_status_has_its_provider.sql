-- One row is a practice with a status on the reference date that the provider register does not have as active.
-- severity: warn
-- remedy: Look for the provider among the rejected rows of yderregister; without it the practice is not counted.
SELECT year, ydernr, tilgang_dato, kommunekode
FROM status_without_provider
